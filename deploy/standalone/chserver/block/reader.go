package block

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// maxText bounds names and types.
const maxText = 1 << 20

// step is how much is read at once, so that a wrong length costs no more than that.
const step = 1 << 20

// reader reads from a source and, while keep is on, gathers what it reads.
type reader struct {
	in    Source
	out   []byte
	keep  bool
	total int // bytes read
}

func (r *reader) byte() (byte, error) {
	b, err := r.in.ReadByte()
	if err != nil {
		return 0, err
	}
	r.total++
	if r.keep {
		r.out = append(r.out, b)
	}
	return b, nil
}

// skip reads n bytes.
func (r *reader) skip(n int) error {
	_, err := r.bytes(n)
	return err
}

// bytes reads n bytes; the slice is valid until the next read.
func (r *reader) bytes(n int) ([]byte, error) {
	if !r.keep {
		r.out = r.out[:0]
	}
	start := len(r.out)
	for left := n; left > 0; {
		size := min(left, step)
		at := len(r.out)
		r.out = slices.Grow(r.out, size)[:at+size]
		got, err := io.ReadFull(r.in, r.out[at:])
		r.total += got
		if err != nil {
			return nil, err
		}
		left -= size
	}
	return r.out[start:], nil
}

func (r *reader) uvarint() (uint64, error) {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b, err := r.byte()
		if err != nil {
			return 0, err
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, fmt.Errorf("number of more than 64 bits")
}

// count reads a number of rows or columns.
func (r *reader) count() (int, error) {
	v, err := r.uvarint()
	return checkCount(v, err)
}

func (r *reader) fixed64() (uint64, error) {
	b, err := r.bytes(8)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b), nil
}

// count64 reads a number of elements.
func (r *reader) count64() (int, error) {
	v, err := r.fixed64()
	return checkCount(v, err)
}

func checkCount(v uint64, err error) (int, error) {
	if err == nil && v > maxCount {
		err = fmt.Errorf("%d rows, columns or elements, at most %d are taken", v, maxCount)
	}
	return int(v), err
}

// text reads a name or a type.
func (r *reader) text() (string, error) {
	n, err := r.uvarint()
	if err != nil {
		return "", err
	}
	if n > maxText {
		return "", fmt.Errorf("name or type of %d bytes, at most %d are taken", n, maxText)
	}
	b, err := r.bytes(int(n))
	return string(b), err
}
