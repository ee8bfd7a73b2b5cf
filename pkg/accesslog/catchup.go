package accesslog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// catchUp ships the rests of logs that were compressed before they were read to their end. The live
// logs wait meanwhile. It returns false when ctx ended first.
func (f *Follower) catchUp(ctx context.Context) bool {
	for ; len(f.logs.packed) > 0; f.logs.packed = f.logs.packed[1:] {
		c := f.logs.packed[0]
		if isRead(c.path, c.offset) {
			continue
		}
		if err := f.unpackRest(ctx, c); err != nil && ctx.Err() == nil {
			f.logs.note(slog.LevelError, troublePacked, c.path, err)
		}
		if ctx.Err() != nil {
			return false
		}
	}
	return true
}

// unpackRest ships one log from c.offset on, under the mark of the compressed file.
func (f *Follower) unpackRest(ctx context.Context, c packed) error {
	src, err := openPacked(c.path)
	if err != nil {
		return err
	}
	defer src.Close()
	if err := src.skip(c.offset); err != nil {
		return fmt.Errorf("go to byte %d: %w", c.offset, err)
	}
	t := &tail{path: c.log, id: c.id, begun: true, first: c.first, next: c.offset, done: c.offset, seen: time.Now()}
	f.logs.adopt(t)
	err = f.shipRest(ctx, t, NewLineReader(src, c.offset))
	f.logs.park(t)
	f.logs.log.Info("a compressed log is done", "path", c.path, "offset", t.done)
	return err
}

func (f *Follower) shipRest(ctx context.Context, t *tail, lines *LineReader) error {
	f.extract.Begin(t.first)
	for f.batch.Reset(); ctx.Err() == nil; {
		raw, err := lines.Next()
		if err != nil {
			if f.ship(ctx) && errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		var p event.Posted
		_, reason := f.extract.Event(raw, &p)
		if reason == "" && f.batch.Add(&p, Origin{File: t.path}) {
			if !f.ship(ctx) {
				return nil
			}
			f.batch.Reset()
			f.batch.Add(&p, Origin{File: t.path})
		}
		f.metrics.count(reason)
		t.take(raw)
	}
	return nil
}
