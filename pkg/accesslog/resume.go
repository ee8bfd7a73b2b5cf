package accesslog

import (
	"crypto/sha256"
	"errors"
	"io"
	"sync"
	"time"
)

// saveEvery is the pause between two writes of an import's checkpoint.
const saveEvery = time.Second

// resume remembers how far an import got in each of its logs, in a checkpoint file like a
// Follower's. A log is known by its first line and by the line before the place, so it may be renamed
// or compressed in between. Posts end in any order; a place is kept once all posts before it have been
// answered.
type resume struct {
	path string // "" remembers nothing

	mu     sync.Mutex
	marks  []mark
	posted map[int][]mark // places of the posts that were answered, by their number
	next   int            // number of the first post that was not
	saved  time.Time

	// The reader's own.
	open []mark // places since the last post
	last []byte // the line before the place
	sent int
}

func newResume(path string) (*resume, error) {
	r := &resume{path: path, posted: map[int][]mark{}}
	if path == "" {
		return r, nil
	}
	var err error
	if r.marks, err = loadMarks(path); err != nil {
		return nil, err
	}
	return r, saveMarks(path, r.marks) // better now than after the first post
}

// skip reads the lines that an earlier import has done with. again means that the log is another one
// than was remembered, and must be read from its start.
func (r *resume) skip(lines *LineReader, first LineHash, end int64) (skipped int64, again bool, err error) {
	m, ok := r.find(first)
	if !ok || m.Before == nil {
		return 0, false, nil
	}
	last := first
	for skipped = 1; end < m.Offset; skipped++ {
		raw, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return 0, true, nil
		}
		if err != nil {
			return 0, false, err
		}
		if end = raw.End; end == m.Offset {
			last = raw.Hash()
		}
	}
	return skipped, end != m.Offset || last != *m.Before, nil
}

func (r *resume) find(first LineHash) (found mark, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.marks {
		if m.First == first && m.Offset > found.Offset {
			found, ok = m, true
		}
	}
	return found, ok
}

// at notes that the reader is done with a line.
func (r *resume) at(name string, first LineHash, raw RawLine) {
	if r.path == "" || !raw.Whole {
		return
	}
	if n := len(r.open); n == 0 || r.open[n-1].Path != name {
		r.close()
		r.open = append(r.open, mark{Path: name, First: first})
	}
	r.last = append(r.last[:0], raw.Bytes...)
	r.open[len(r.open)-1].Offset = raw.End
}

// close fixes the place in the last log.
func (r *resume) close() {
	if n := len(r.open); n > 0 && r.open[n-1].Before == nil {
		before := LineHash(sha256.Sum256(r.last))
		r.open[n-1].Before = &before
	}
}

// post numbers a post that holds all views up to here.
func (r *resume) post() (number int, places []mark) {
	r.close()
	number, places = r.sent, r.open
	r.sent++
	r.open = nil
	return number, places
}

// done notes that a post was answered, and keeps the places that this leads to.
func (r *resume) done(number int, places []mark) error {
	if r.path == "" {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posted[number] = places
	for {
		places, ok := r.posted[r.next]
		if !ok {
			break
		}
		delete(r.posted, r.next)
		r.next++
		for _, m := range places {
			r.keep(m)
		}
	}
	if time.Since(r.saved) < saveEvery {
		return nil
	}
	return r.save()
}

// end writes the last places, those behind the last post too when all was posted.
func (r *resume) end(complete bool) error {
	if r.path == "" {
		return nil
	}
	if complete {
		number, places := r.post()
		if err := r.done(number, places); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.save()
}

func (r *resume) keep(m mark) {
	m.Seen = time.Now().UTC().Truncate(time.Second)
	for i := range r.marks {
		if r.marks[i].First == m.First && r.marks[i].Path == m.Path {
			r.marks[i] = m
			return
		}
	}
	r.marks = append(r.marks, m)
}

func (r *resume) save() error {
	r.saved = time.Now()
	return saveMarks(r.path, r.marks)
}
