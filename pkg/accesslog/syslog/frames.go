package syslog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// errLong is a message that does not fit; the stream goes on behind it.
var errLong = errors.New("the message is too long")

// frames cuts a TCP stream into messages.
type frames struct{ buf *bufio.Reader }

func newFrames(r io.Reader) frames { return frames{bufio.NewReaderSize(r, MaxMessage)} }

// next returns the next message, valid until the next call; io.EOF at the stream's end.
func (f frames) next() ([]byte, error) {
	size, digits, err := f.count()
	if err != nil {
		return nil, err
	}
	if digits == 0 {
		return f.line()
	}
	if _, err := f.buf.Discard(digits); err != nil {
		return nil, err
	}
	if size > MaxMessage {
		if _, err := f.buf.Discard(size); err != nil {
			return nil, err
		}
		return nil, errLong
	}
	message, err := f.buf.Peek(size)
	if err != nil {
		return nil, fmt.Errorf("the stream ends within a message: %w", err)
	}
	message = bytes.Clone(message)
	_, err = f.buf.Discard(size)
	return message, err
}

// count reads `123 ` before a `<`, which is how a counted message begins; digits is the length of
// that, 0 for a message that ends at a line end.
func (f frames) count() (size, digits int, err error) {
	const most = len("1234567 <")
	for n := 1; n <= most; n++ {
		head, err := f.buf.Peek(n)
		if err != nil {
			if len(head) > 0 {
				return 0, 0, nil
			}
			return 0, 0, err
		}
		switch c := head[n-1]; {
		case c >= '0' && c <= '9':
			continue
		case c == ' ' && n > 1:
			if next, err := f.buf.Peek(n + 1); err != nil || next[n] != '<' {
				return 0, 0, nil
			}
			size, err = strconv.Atoi(string(head[:n-1]))
			return size, n, err
		}
		return 0, 0, nil
	}
	return 0, 0, nil
}

// line returns a message that ends at a line end, or at the stream's.
func (f frames) line() ([]byte, error) {
	message, err := f.buf.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = f.buf.ReadSlice('\n')
		}
		if err != nil {
			return nil, err
		}
		return nil, errLong
	}
	if err != nil && len(message) == 0 {
		return nil, err
	}
	return message, nil
}
