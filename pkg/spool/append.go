package spool

import (
	"context"
	"errors"
	"fmt"
)

const (
	// groupBytes bounds what one fsync waits for.
	groupBytes = 256 << 10
	// maxQueued bounds what waits in memory for a slow disk.
	maxQueued = 32 << 20
)

// appending is one call of Append on its way.
type appending struct {
	records [][]byte
	bytes   int64
	done    chan error // has room for the one answer
}

// Append returns nil once all of the records are synced to disk. Any error means that they may not be.
// The records belong to the spool from here on: after ctx has ended it may still be reading them.
func (s *Spool) Append(ctx context.Context, records [][]byte) error {
	one := &appending{records: records, done: make(chan error, 1)}
	for _, record := range records {
		one.bytes += frameBytes(record)
	}
	if err := s.enqueue(one); err != nil {
		s.metrics.refused(err)
		return err
	}
	signal(s.work)
	select {
	case err := <-one.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("wait for the spool's disk: %w", ctx.Err())
	}
}

func (s *Spool) enqueue(one *appending) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case s.bytes+s.queued+one.bytes > s.cfg.Bytes:
		return s.full()
	case s.queued+one.bytes > maxQueued && s.queued > 0:
		return ErrBusy
	}
	s.queued += one.bytes
	s.waiting = append(s.waiting, one)
	return nil
}

// write is the life of the writer: what has gathered while it synced is its next group.
func (s *Spool) write() {
	for {
		group, closed := s.take()
		if len(group) > 0 {
			s.commit(group)
			continue
		}
		if closed {
			return
		}
		<-s.work
	}
}

func (s *Spool) take() (group []*appending, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, bytes := 0, int64(0)
	for _, one := range s.waiting {
		if bytes += one.bytes; n > 0 && bytes > groupBytes {
			break
		}
		n++
	}
	group = append(group, s.waiting[:n]...)
	rest := copy(s.waiting, s.waiting[n:])
	clear(s.waiting[rest:])
	s.waiting = s.waiting[:rest]
	return group, s.closed
}

// commit makes a group durable and answers it.
func (s *Spool) commit(group []*appending) {
	s.io.Lock()
	err := s.writeGroup(group)
	s.settle(group, err)
	if err != nil || s.active.bytes >= s.cfg.segmentBytes() {
		s.seal() // after an error nobody knows what the file holds behind its synced part
	}
	s.io.Unlock()
	for _, one := range group {
		if err != nil {
			s.metrics.refused(err)
		}
		one.done <- err
	}
}

func (s *Spool) writeGroup(group []*appending) (err error) {
	if s.active == nil {
		seg, err := s.newSegment(segmentSuffix)
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.active = seg
		s.mu.Unlock()
	}
	seg := *s.active // those who only look see it before or after, never in between
	s.buffer, err = seg.append(s.buffer, group)
	if cap(s.buffer) > 4*groupBytes {
		s.buffer = nil
	}
	if err == nil {
		s.mu.Lock()
		*s.active = seg
		s.mu.Unlock()
	}
	return err
}

// settle books a group.
func (s *Spool) settle(group []*appending, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := 0
	for _, one := range group {
		s.queued -= one.bytes
		if err == nil {
			s.bytes += one.bytes
			records += len(one.records)
		}
	}
	s.records += records
	if s.trouble = err; err != nil {
		s.troubled = s.now()
		return
	}
	s.metrics.appended.Add(float64(records))
	signal(s.filled)
}

// reasonOf names an error of Append for the counter.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, ErrFull):
		return "full"
	case errors.Is(err, ErrBusy):
		return "busy"
	case errors.Is(err, ErrClosed):
		return "closed"
	}
	return "failed"
}
