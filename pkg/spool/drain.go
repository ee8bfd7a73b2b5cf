package spool

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Send brings records to where they belong. It repeats by itself what passes; it returns those
// records that will never be taken there, and an error only when it has to give up for now.
type Send = func(ctx context.Context, records [][]byte) (refused [][]byte, err error)

// Drain hands out the records, oldest first, in batches of at most so many records and bytes, but at
// least one record. It returns when ctx ends or send fails; what had not arrived is handed out again
// by the next Drain.
func (s *Spool) Drain(ctx context.Context, maxRecords, maxBytes int, send Send) {
	for {
		seg := s.awaitSegment(ctx)
		if seg == nil {
			return
		}
		data, err := os.ReadFile(seg.path)
		if err != nil {
			s.unreadable(seg, err)
			s.drop(seg, seg.records, false)
			continue
		}
		d := &draining{spool: s, seg: seg, maxRecords: maxRecords, maxBytes: maxBytes, send: send}
		// What lies behind the synced part was refused when it was written.
		d.frames = frames{data: data[:min(int64(len(data)), seg.bytes)], salt: seg.salt, lost: s.metrics.lost}
		if err := d.run(ctx); err != nil {
			s.undo(d.arrived)
			return
		}
		s.drop(seg, seg.records-d.arrived, true)
	}
}

// awaitSegment waits for the oldest segment; the active one is sealed when there is no other.
func (s *Spool) awaitSegment(ctx context.Context) *segment {
	for ctx.Err() == nil {
		s.io.Lock()
		if s.oldestSealed() == nil {
			s.seal()
		}
		s.io.Unlock()
		if seg := s.oldestSealed(); seg != nil {
			return seg
		}
		select {
		case <-s.filled:
		case <-ctx.Done():
		}
	}
	return nil
}

func (s *Spool) oldestSealed() *segment {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sealed) == 0 {
		return nil
	}
	return s.sealed[0]
}

// drop ends a segment: with its file when all of it has arrived.
func (s *Spool) drop(seg *segment, records int, withFile bool) {
	s.mu.Lock()
	s.forget(seg)
	s.records -= records
	if withFile {
		s.bytes -= seg.bytes
	}
	s.mu.Unlock()
	if withFile {
		s.remove(seg)
	}
}

// undo counts records again whose segment stays.
func (s *Spool) undo(records int) {
	s.mu.Lock()
	s.records += records
	s.mu.Unlock()
}

// draining is one segment on its way.
type draining struct {
	spool                *Spool
	seg                  *segment
	maxRecords, maxBytes int
	send                 Send
	frames               frames
	arrived              int
}

func (d *draining) run(ctx context.Context) error {
	var batch [][]byte
	bytes := 0
	for {
		record, more := d.frames.next()
		if len(batch) > 0 && (!more || len(batch) == d.maxRecords || bytes+len(record) > d.maxBytes) {
			if err := d.deliver(ctx, batch); err != nil {
				return err
			}
			batch, bytes = nil, 0
		}
		if !more {
			return nil
		}
		batch, bytes = append(batch, record), bytes+len(record)
	}
}

func (d *draining) deliver(ctx context.Context, batch [][]byte) error {
	refused, err := d.send(ctx, batch)
	if err == nil && len(refused) > 0 {
		err = d.spool.setAside(refused)
	}
	if err != nil {
		return err
	}
	d.arrived += len(batch)
	d.spool.undo(-len(batch))
	d.spool.metrics.drained.Add(float64(len(batch) - len(refused)))
	return nil
}

// setAside keeps records that are wanted nowhere in a file of their own.
func (s *Spool) setAside(records [][]byte) error {
	s.io.Lock()
	defer s.io.Unlock()
	seg, err := s.newSegment(refusedSuffix)
	if err != nil {
		return fmt.Errorf("set records aside: %w", err)
	}
	_, err = seg.append(nil, []*appending{{records: records}})
	if err := errors.Join(err, seg.file.Close()); err != nil {
		return errors.Join(fmt.Errorf("set records aside: %w", err), os.Remove(seg.path))
	}
	s.mu.Lock()
	s.bytes += seg.bytes
	s.mu.Unlock()
	s.metrics.aside.Add(float64(len(records)))
	s.log.Error("kafka refuses spooled records for good: they are set aside", "records", len(records), "file", seg.path)
	return nil
}
