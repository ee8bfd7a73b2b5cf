package consumer

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// worker carries the records of one partition for one generation.
type worker struct {
	c   *Consumer
	p   Partition
	log *slog.Logger

	place     event.Place
	position  int64 // of the next batch: everything before it is stored
	mark      uint64
	from      int64 // nothing before it is expected in the warehouse
	again     int64 // records before it had been stored once: their tokens are used up
	salt      int   // of the tokens for them
	committed bool  // position is committed, without an intent
	meant     bool  // an intent is committed whose rows may not be stored yet
	intentEnd int64 // the first batch has to end here; negative for none
	verify    int64 // offsets up to here may be stored already

	next    int64          // of the next fetch
	end     int64          // of the partition, as last seen
	pending []event.Record // fetched, and not in a batch yet
	failing bool           // the last fetch failed

	wait time.Duration // for a batch to fill; grows while the warehouse is overloaded, and shrinks again
	run  event.Run

	progress atomic.Int64              // when the worker last committed or was at the end, in ns since 1970
	oldest   atomic.Int64              // when Kafka took the first record that is not committed, in ms since 1970; 0 for none
	begun    atomic.Pointer[event.Run] // where the worker began, and when
}

func newWorker(c *Consumer, p Partition) *worker {
	w := &worker{
		c: c, p: p, log: c.log.With("partition", p.ID(), "generation", p.Generation()),
		intentEnd: -1, verify: -1, wait: c.cfg.BatchWait,
	}
	w.tick()
	return w
}

const (
	retryAfter    = 100 * time.Millisecond
	maxRetryAfter = 5 * time.Second
	// commitTimeout bounds the commit after the generation has ended.
	commitTimeout = 5 * time.Second
)

// errOver is for a generation that ended before the batch was stored.
var errOver = errors.New("the generation has ended")

// tick tells the watchdog that the partition is in order.
func (w *worker) tick() { w.progress.Store(w.c.now().UnixNano()) }

// loop works until ctx ends or the partition is lost.
func (w *worker) loop(ctx context.Context) {
	defer w.finish()
	if !w.untilDone(ctx, "resume", func() error { return w.resume(ctx) }) {
		return
	}
	for ctx.Err() == nil {
		b, err := w.collect(ctx)
		if err == nil && b.empty() {
			err = w.idle(ctx)
		} else if err == nil {
			err = w.carry(ctx, b)
		}
		w.c.memory.give(b.memory)
		w.c.keep(b.rows)
		if err != nil && ctx.Err() == nil {
			w.log.Warn("partition given up", "position", w.position, "error", err)
			return
		}
	}
}

// idle commits what is stored: nothing follows that would do so.
func (w *worker) idle(ctx context.Context) error {
	if w.meant || w.intentEnd >= 0 {
		return nil // the intent has to stay until its rows are stored
	}
	w.oldest.Store(0)
	if w.committed {
		w.tick()
		return nil
	}
	if err := w.p.Commit(ctx, w.position, w.metadata(w.mark, nil).String()); err != nil {
		return err
	}
	w.committed = true
	w.tick()
	return nil
}

// metadata is what stands beside every commit.
func (w *worker) metadata(mark uint64, end *int64) intent {
	i := intent{End: end, Epoch: w.place.Epoch, Mark: mark, From: w.from}
	if w.position < w.again {
		i.Again, i.Salt = w.again, w.salt
	}
	return i
}

// token names rows of a table, by their offsets.
func (w *worker) token(table string, n int, offset func(int) int64) string {
	salt := 0
	if offset(0) < w.again {
		salt = w.salt
	}
	return newToken(w.place, salt, table, n, offset)
}

// finish commits what was stored last, if the group still takes it, and lets go of what was fetched.
func (w *worker) finish() {
	ctx, cancel := context.WithTimeout(w.c.storing, commitTimeout)
	defer cancel()
	w.c.memory.give(size(w.pending))
	if w.run.End < w.run.Begin {
		return
	}
	if err := w.idle(ctx); err != nil {
		w.log.Info("last commit failed; the next worker finds the rows by their intent", "error", err)
	}
}

// untilDone repeats what fails until it works or ctx ends.
func (w *worker) untilDone(ctx context.Context, what string, do func() error) bool {
	for after := w.c.retryAfter; ; after = min(2*after, maxRetryAfter) {
		err := do()
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		w.log.Warn(what+" failed, trying again", "error", err, "after", after)
		if !pause(ctx, after) {
			return false
		}
	}
}

// pause waits, and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
