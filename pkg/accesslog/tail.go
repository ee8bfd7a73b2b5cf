package accesslog

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// tail is one log that is being followed. It keeps the file open, so a rename does not matter, and
// reads by position, so a line without its end is simply left for the next look.
type tail struct {
	path   string // where a glob last matched it; a renamed log keeps it
	target string // where the symbolic link at path led to
	file   *os.File
	id     fileID

	begun      bool // the first line is known
	compressed bool // a rotated log that is not followed
	first      LineHash
	next, done int64     // read so far; acknowledged so far
	last       []byte    // the line before next,
	moved      bool      // unless nothing was read since
	before     *LineHash // of the line before done

	size   int64     // at the last look,
	mod    time.Time // and its modification time
	seen   time.Time // when a glob last matched the file
	lonely time.Time // since when none does and it has not grown; zero while one does
}

func openTail(path string, now time.Time) (*tail, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("follow a log: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("follow a log: %w", err)
	}
	id, err := identify(info)
	if err != nil {
		file.Close()
		return nil, err
	}
	return &tail{path: path, file: file, id: id, seen: now}, nil
}

// look finds out whether there is something to read. restarted means that the log had been
// truncated, or had been written anew, and is read from its start.
func (t *tail) look(now time.Time) (more, restarted bool, err error) {
	info, err := t.file.Stat()
	if err != nil {
		return false, false, fmt.Errorf("follow %s: %w", t.path, err)
	}
	changed := info.Size() != t.size || !info.ModTime().Equal(t.mod)
	if t.size, t.mod = info.Size(), info.ModTime(); changed {
		if !t.lonely.IsZero() {
			t.lonely = now
		}
		if restarted, err = t.recognise(); err != nil {
			t.mod = time.Time{} // to try again
			return false, false, err
		}
	}
	return t.begun && !t.compressed && t.size > t.next, restarted, nil
}

// recognise reads the first line and compares it with the one that was there before.
func (t *tail) recognise() (restarted bool, err error) {
	first, ok, err := t.firstLine()
	if err != nil {
		return false, err
	}
	restarted = t.begun && (!ok || first != t.first || t.size < t.next)
	if restarted || !t.begun {
		t.begun, t.first, t.next, t.done, t.moved, t.before = ok, first, 0, 0, false, nil
	}
	return restarted, nil
}

// firstLine returns the hash of the log's first line; ok is false while the line is not whole.
func (t *tail) firstLine() (first LineHash, ok bool, err error) {
	head := io.NewSectionReader(t.file, 0, MaxLine+int64(len("\r\n")))
	line, err := NewLineReader(head, 0).Next()
	if errors.Is(err, io.EOF) {
		return first, false, nil
	}
	if err != nil {
		return first, false, fmt.Errorf("follow %s: %w", t.path, err)
	}
	t.compressed = bytes.HasPrefix(line.Bytes, []byte("\x1f\x8b"))
	return line.Hash(), line.Whole || line.TooLong, nil
}

// rest returns what has not been read yet.
func (t *tail) rest() io.Reader { return io.NewSectionReader(t.file, t.next, t.size-t.next) }

// resume takes up the log where a mark says, if the mark is for this very log.
func (t *tail) resume(m mark) bool {
	if m.fileID != t.id || !t.begun || m.First != t.first || m.Offset < 0 || m.Offset > t.size {
		return false
	}
	t.next, t.done, t.before = m.Offset, m.Offset, m.Before
	return true
}

// take notes that a line has been read.
func (t *tail) take(raw RawLine) {
	t.next, t.moved = raw.End, true
	t.last = append(t.last[:0], raw.Bytes...)
}

// settle notes that all that was read has been acknowledged.
func (t *tail) settle() {
	if t.done = t.next; t.moved {
		before := LineHash(sha256.Sum256(t.last))
		t.before, t.moved = &before, false
	}
}

func (t *tail) mark() mark {
	return mark{
		Path: t.path, Target: t.target, fileID: t.id, First: t.first, Offset: t.done, Before: t.before,
		Seen: t.seen.UTC().Truncate(time.Second),
	}
}
