package accesslog

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
)

// packedReader reads a file's lines, decompressed if need be.
type packedReader struct {
	io.ReadCloser
	file       *os.File
	id         fileID
	first      LineHash
	compressed bool
}

// Close lets go of the decompressor and of the file.
func (r *packedReader) Close() error { return errors.Join(r.ReadCloser.Close(), r.file.Close()) }

// openPacked opens a file at its start, and knows its first line.
func openPacked(path string) (*packedReader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &packedReader{ReadCloser: io.NopCloser(nil), file: file}
	if err := r.begin(); err != nil {
		file.Close()
		return nil, err
	}
	return r, nil
}

func (r *packedReader) begin() error {
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	if r.id, err = identify(info); err != nil {
		return err
	}
	if err := r.rewind(); err != nil {
		return err
	}
	line, err := NewLineReader(r, 0).Next()
	if err != nil {
		return err
	}
	if !line.Whole && !line.TooLong {
		return fs.ErrInvalid // no log yet
	}
	r.first = line.Hash()
	return r.rewind()
}

func (r *packedReader) rewind() error {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	stored := bufio.NewReaderSize(r.file, 256<<10)
	var err error
	r.ReadCloser, r.compressed, err = unpack(stored)
	return err
}

// skip goes on to an offset of the log.
func (r *packedReader) skip(offset int64) error {
	if r.compressed {
		_, err := io.CopyN(io.Discard, r, offset)
		return err
	}
	if _, err := r.file.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	r.ReadCloser = io.NopCloser(r.file)
	return nil
}

// holds reports whether the line before a mark's place stands there in a file as well.
func holds(path string, m mark) bool {
	r, err := openPacked(path)
	if err != nil {
		return false
	}
	defer r.Close()
	window := make([]byte, min(m.Offset, MaxLine+int64(len("\n\r\n"))))
	if err := r.skip(m.Offset - int64(len(window))); err != nil {
		return false
	}
	if _, err := io.ReadFull(r, window); err != nil {
		return false
	}
	line := window[bytes.LastIndexByte(window[:max(len(window)-1, 0)], '\n')+1:]
	raw, err := NewLineReader(bytes.NewReader(line), 0).Next()
	return err == nil && raw.Whole && raw.Hash() == *m.Before
}

// isRead reports whether a gzip file ends at the place, by the length that stands at its end. It
// spares a decompression at every start; a wrong no costs that much and a wrong yes needs a length
// that is off by a multiple of 4 GB.
func isRead(path string, offset int64) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	var b [6]byte
	if _, err := file.ReadAt(b[:2], 0); err != nil || string(b[:2]) != gzipMagic {
		return false
	}
	if _, err := file.Seek(-4, io.SeekEnd); err != nil {
		return false
	}
	if _, err := io.ReadFull(file, b[2:]); err != nil {
		return false
	}
	return binary.LittleEndian.Uint32(b[2:]) == uint32(offset)
}
