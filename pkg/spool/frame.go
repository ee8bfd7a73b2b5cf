package spool

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// A segment is nothing but frames:
//
//	magic    4 bytes  ff 46 fe 53
//	index    uint32   place in the segment, from 0: tells how many are missing after damage
//	length   uint32   of the record
//	checksum uint32   CRC-32C of the record
//	seal     uint32   CRC-32C of the segment's salt, the frame's offset and the 16 bytes above
//	record
//
// Numbers are little-endian. Each frame stands for itself: where one is damaged, the next one is found
// by its magic and its seal. The salt is a random number in the segment's name, so nothing inside a
// record, which strangers have written, can pass for a frame.
const frameHeader = 20

var (
	magic  = []byte{0xff, 'F', 0xfe, 'S'}
	crc32c = crc32.MakeTable(crc32.Castagnoli)
	little = binary.LittleEndian
)

func frameBytes(record []byte) int64 { return frameHeader + int64(len(record)) }

// appendFrame appends a record's frame to dst; offset is where in the segment the frame will begin.
func appendFrame(dst []byte, salt uint64, offset int64, index uint32, record []byte) []byte {
	at := len(dst)
	dst = append(dst, magic...)
	dst = little.AppendUint32(dst, index)
	dst = little.AppendUint32(dst, uint32(len(record)))
	dst = little.AppendUint32(dst, crc32.Checksum(record, crc32c))
	dst = little.AppendUint32(dst, seal(salt, offset, dst[at:]))
	return append(dst, record...)
}

func seal(salt uint64, offset int64, header []byte) uint32 {
	var place [16]byte
	little.PutUint64(place[:8], salt)
	little.PutUint64(place[8:], uint64(offset))
	return crc32.Update(crc32.Checksum(place[:], crc32c), crc32c, header)
}

// Reasons for which records are lost; they label a counter.
const (
	lostHeader     = "header"     // the frame's header is damaged
	lostChecksum   = "checksum"   // the record is damaged
	lostTorn       = "torn"       // the segment ends within a frame, as a crash leaves it
	lostUnreadable = "unreadable" // the disk does not give the segment back
)

// frames reads the records of one segment, and tells of those that are damaged.
type frames struct {
	data []byte
	salt uint64
	lost func(reason string, records int)

	at    int    // where the next frame should begin
	index uint32 // what its index should be
}

// next returns the next intact record, or false at the end.
func (f *frames) next() (record []byte, ok bool) {
	for {
		begin, found := f.find()
		if !found {
			if f.at < len(f.data) {
				f.lost(lostTorn, 1)
			}
			f.at = len(f.data)
			return nil, false
		}
		header := f.data[begin:]
		index, length, checksum := little.Uint32(header[4:]), uint64(little.Uint32(header[8:])), little.Uint32(header[12:])
		if begin > f.at {
			f.lost(lostHeader, f.missing(index, begin-f.at))
		}
		f.index = index + 1
		if rest := uint64(len(header) - frameHeader); length > rest {
			f.lost(lostTorn, 1)
			f.at = len(f.data)
			return nil, false
		}
		f.at = begin + frameHeader + int(length)
		if record = f.data[begin+frameHeader : f.at : f.at]; crc32.Checksum(record, crc32c) == checksum {
			return record, true
		}
		f.lost(lostChecksum, 1)
	}
}

// find looks for the first sealed header at or behind f.at.
func (f *frames) find() (begin int, found bool) {
	for at := f.at; ; at++ {
		i := bytes.Index(f.data[at:], magic)
		if i < 0 {
			return 0, false
		}
		if at += i; len(f.data)-at < frameHeader {
			return 0, false
		}
		header := f.data[at : at+frameHeader]
		if little.Uint32(header[16:]) == seal(f.salt, int64(at), header[:16]) {
			return at, true
		}
	}
}

// missing is how many records lay in so many damaged bytes before the record with this index.
func (f *frames) missing(index uint32, damaged int) int {
	if index <= f.index {
		return 1
	}
	return min(int(index-f.index), max(1, damaged/frameHeader))
}
