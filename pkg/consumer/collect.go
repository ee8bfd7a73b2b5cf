package consumer

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// fetchBytes is what a busy worker asks for at once, compressed; fetchMemory is what that may become.
	fetchBytes  = 1 << 20
	fetchMemory = 16 << 20
	// idleBytes is what a worker at the end of its partition asks for, idleWait how long it waits.
	idleBytes = 64 << 10
	idleWait  = time.Second
)

// collect fills a batch until it is full by rows, bytes or memory, its first record has waited long
// enough, or it has reached the end that an intent fixed. The batch is empty when nothing came.
func (w *worker) collect(ctx context.Context) (*batch, error) {
	b := &batch{begin: w.position, end: w.position - 1}
	var due time.Time
	for ctx.Err() == nil && !w.full(b) {
		if len(w.pending) == 0 {
			wait := idleWait
			if !due.IsZero() && w.intentEnd < 0 {
				wait = time.Until(due)
			}
			if wait <= 0 || !w.reserve(ctx, b) {
				break
			}
			if err := w.fetch(ctx, wait); err != nil {
				if !b.empty() && w.intentEnd < 0 {
					break // what is there can be stored; the next fetch meets the trouble again
				}
				if err := w.trouble(ctx, b, err); err != nil || b.empty() {
					return b, err
				}
				continue
			}
			if b.empty() && w.next == b.begin {
				break
			}
			if due.IsZero() {
				due = time.Now().Add(w.wait)
			}
		}
		w.fill(b)
	}
	if ctx.Err() != nil || w.intentEnd >= 0 && !b.empty() && b.end < w.intentEnd {
		return b, errOver
	}
	return b, nil
}

func (w *worker) full(b *batch) bool {
	if w.intentEnd >= 0 {
		return b.end >= w.intentEnd
	}
	return len(b.records) >= w.c.cfg.BatchRows || b.bytes >= w.c.cfg.BatchBytes
}

// fill moves fetched records into the batch.
func (w *worker) fill(b *batch) {
	if len(b.records) == 0 && len(w.pending) > 0 {
		w.oldest.Store(w.pending[0].Time.UnixMilli())
	}
	n := 0
	for n < len(w.pending) && !w.full(b) {
		r := w.pending[n]
		if w.intentEnd >= 0 && r.Offset > w.intentEnd { // the intent ended in a gap
			b.end = w.intentEnd
			break
		}
		if b.rows == nil {
			b.rows = w.c.buffer()
		}
		b.add(r, w.place.Epoch, w.c.decode)
		b.end = r.Offset
		n++
	}
	b.memory += size(w.pending[:n])
	w.pending = w.pending[n:]
	if len(w.pending) == 0 {
		b.end = w.next - 1
		if w.intentEnd >= 0 {
			b.end = min(b.end, w.intentEnd)
		}
	}
}

// reserve takes memory for a fetch. A batch that has begun does not wait for it, unless an intent says
// where it has to end.
func (w *worker) reserve(ctx context.Context, b *batch) bool {
	n := w.fetchMemory()
	switch {
	case b.empty():
		return w.c.memory.take(ctx, n)
	case w.intentEnd >= 0:
		w.c.memory.give(-n)
		return true
	}
	return w.c.memory.try(n)
}

func (w *worker) atEnd() bool { return w.next >= w.end }

func (w *worker) fetchMemory() int64 {
	if w.atEnd() {
		return 0
	}
	return fetchMemory
}

func (w *worker) fetch(ctx context.Context, wait time.Duration) error {
	reserved, most := w.fetchMemory(), fetchBytes
	if w.atEnd() {
		most = idleBytes
	}
	records, next, end, err := w.p.Fetch(ctx, w.next, wait, most)
	w.c.memory.give(reserved - size(records))
	if err != nil {
		return err
	}
	w.pending, w.next, w.end, w.failing = records, next, end, false
	return nil
}

// trouble finds out why a fetch failed. Outside of what Kafka holds there is nothing to wait for;
// everything else passes.
func (w *worker) trouble(ctx context.Context, b *batch, failure error) error {
	if ctx.Err() != nil {
		return errOver
	}
	first, next, err := w.p.Bounds(ctx)
	switch {
	case err == nil && w.next > next:
		return fmt.Errorf("partition ends at offset %d, before %d: the topic was made again: %w", next, w.next, failure)
	case err == nil && w.next < first && b.empty():
		if !w.untilDone(ctx, "account for lost records", func() error { return w.skip(ctx, first) }) {
			return errOver
		}
		return nil
	case err == nil && w.next < first:
		return fmt.Errorf("kafka deleted records of the batch: %w", failure)
	}
	level := slog.LevelWarn
	if !w.failing { // a topic that was just made, or a leader that just moved, is known a second later
		level = slog.LevelDebug
	}
	w.failing = true
	w.log.Log(ctx, level, "fetch failed, trying again", "error", failure)
	if !pause(ctx, w.c.fetchRetry) {
		return errOver
	}
	return nil
}
