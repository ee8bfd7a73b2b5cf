package accesslog

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest line that is read, in bytes without its line end.
const MaxLine = 64 << 10

// RawLine is one line as it stands in the log. Bytes is valid until the next call of Next.
type RawLine struct {
	Bytes   []byte // without \n or \r\n; the first MaxLine bytes of a longer line
	Offset  int64  // of the line's first byte
	End     int64  // of the byte behind the line and its end
	TooLong bool   // Bytes is not all of it
	Whole   bool   // the line end has been seen
}

// LineHash identifies a log by its first line.
type LineHash [sha256.Size]byte

// Hash returns the hash of the line's Bytes.
func (l RawLine) Hash() LineHash { return sha256.Sum256(l.Bytes) }

// LineReader cuts a stream into lines in bounded memory.
type LineReader struct {
	buf    *bufio.Reader
	offset int64
	long   []byte // the beginning of a line that does not fit into buf
}

// NewLineReader makes a reader whose first byte stands at the given offset of the log.
func NewLineReader(r io.Reader, offset int64) *LineReader {
	return &LineReader{buf: bufio.NewReaderSize(r, MaxLine+len("\r\n")), offset: offset}
}

// Reset reads on from another stream.
func (r *LineReader) Reset(from io.Reader, offset int64) {
	r.buf.Reset(from)
	r.offset = offset
}

// Next returns the next line, io.EOF when there is none, or the stream's error; a line that the
// stream's end or error has cut comes first, without Whole.
func (r *LineReader) Next() (RawLine, error) {
	chunk, err := r.buf.ReadSlice('\n')
	line := RawLine{Bytes: chunk, Offset: r.offset, End: r.offset + int64(len(chunk))}
	if errors.Is(err, bufio.ErrBufferFull) {
		r.long = append(r.long[:0], chunk[:MaxLine]...)
		line.Bytes, line.TooLong = r.long, true
		for errors.Is(err, bufio.ErrBufferFull) {
			chunk, err = r.buf.ReadSlice('\n')
			line.End += int64(len(chunk))
		}
	}
	r.offset, line.Whole = line.End, err == nil
	if line.End == line.Offset {
		if errors.Is(err, io.EOF) {
			return line, io.EOF
		}
		return line, fmt.Errorf("read the log at byte %d: %w", line.Offset, err)
	}
	line.trim()
	return line, nil
}

func (l *RawLine) trim() {
	if l.TooLong {
		return
	}
	l.Bytes = bytes.TrimSuffix(bytes.TrimSuffix(l.Bytes, []byte("\n")), []byte("\r"))
	if len(l.Bytes) > MaxLine {
		l.Bytes, l.TooLong = l.Bytes[:MaxLine], true
	}
}
