package consumer

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// refusal is what an error of the sink may tell. RowsRefused: the rows are at fault, not the moment.
// Overloaded: fewer and larger inserts would help.
type refusal interface {
	error
	RowsRefused() bool
	Overloaded() bool
}

// ReasonRefused is the reason of rows that the warehouse does not take.
const ReasonRefused event.Reason = "refused_by_warehouse"

// carry commits the intent, stores the batch and goes on behind it. Only after the commit, which no
// earlier worker can make any more, is the warehouse asked what it has.
func (w *worker) carry(ctx context.Context, b *batch) error {
	if err := w.mean(ctx, b); err != nil {
		return err
	}
	if b.begin <= w.verify {
		if !w.untilDone(ctx, "ask for stored offsets", func() error { return w.leaveOut(ctx, b) }) {
			return errOver
		}
	}
	if err := w.store(ctx, b); err != nil {
		return err
	}
	if err := w.account(ctx, b); err != nil {
		return err
	}
	w.c.metrics.rows.Add(float64(len(b.rows) - b.refused))
	for _, d := range b.dead {
		w.c.metrics.dead.WithLabelValues(d.Reason).Inc()
	}
	w.position, w.mark = b.end+1, b.mark()
	w.meant, w.committed, w.intentEnd = false, false, -1
	w.tick()
	if w.atEnd() && len(w.pending) == 0 { // nothing follows at once whose intent would commit this
		w.settle(ctx)
	}
	return nil
}

// mean commits the intent to insert the batch.
func (w *worker) mean(ctx context.Context, b *batch) error {
	i := w.metadata(b.mark(), &b.end)
	i.Rows, i.Dead = len(b.rows), len(b.dead)
	w.meant, w.committed = true, false
	return w.p.Commit(ctx, b.begin, i.String())
}

// settle commits the position by itself. What fails here is found again.
func (w *worker) settle(ctx context.Context) {
	if ctx.Err() != nil { // the generation is over: finish tries once
		return
	}
	if err := w.idle(ctx); err != nil && ctx.Err() == nil {
		w.log.Info("commit failed; the next one covers it", "error", err)
	}
}

// leaveOut takes out of the batch what the warehouse has already.
func (w *worker) leaveOut(ctx context.Context, b *batch) error {
	from, to := b.times()
	stored, err := w.c.sink.StoredOffsets(ctx, w.place, b.begin, b.end, from, to)
	if err != nil {
		return err
	}
	before := len(b.rows) + len(b.dead)
	b.drop(stored)
	missing, outcome := len(b.rows)+len(b.dead), "some_stored"
	switch missing {
	case 0:
		outcome = "all_stored"
	case before:
		outcome = "none_stored"
	}
	w.c.metrics.recoveries.WithLabelValues(outcome).Inc()
	w.log.Info("found an intent", "first", b.begin, "last", b.end, "records", before, "missing", missing)
	return nil
}

// store inserts one block for each day and then the dead letters, among them the rows that were refused.
func (w *worker) store(ctx context.Context, b *batch) error {
	if len(b.rows) > 0 {
		for _, rows := range b.days() {
			if err := w.storeRows(ctx, b, rows); err != nil {
				return err
			}
		}
	}
	if len(b.dead) == 0 {
		return nil
	}
	token := w.token("events_dead", len(b.dead), func(i int) int64 { return b.dead[i].Offset })
	return w.insert(ctx, b, func(ctx context.Context) error { return w.c.sink.InsertDeadOnce(ctx, token, b.dead) })
}

// errBlamed is for a block of which every row was refused: that is the table's fault.
var errBlamed = errors.New("the warehouse refuses every row")

// storeRows inserts a block; where rows of it are refused, it is halved until they stand alone.
func (w *worker) storeRows(ctx context.Context, b *batch, rows []event.Stored) error {
	for after := w.c.retryAfter; ; after = min(2*after, maxRetryAfter) {
		h := halving{w: w, b: b}
		err := h.insert(ctx, rows, b.begin, b.end)
		if !errors.Is(err, errBlamed) {
			b.refused += len(h.refused)
			for i, offset := range h.refused {
				b.bury(b.record(offset), w.place.Epoch, ReasonRefused, h.errs[i])
			}
			return err
		}
		w.log.Error("insert refused, trying again", "error", err, "rows", len(rows), "after", after)
		if !pause(ctx, after) {
			return errOver
		}
	}
}

// halving finds the rows of a block that are refused.
type halving struct {
	w       *worker
	b       *batch
	taken   int
	refused []int64
	errs    []error
}

// blameAfter is how many rows have to be refused, and none taken, until the table is at fault.
const blameAfter = 16

// insert stores rows with offsets from first to last. It halves by offset and not by count, so that a
// worker that finds some of the rows stored comes upon the same blocks, and tokens, as the one before.
func (h *halving) insert(ctx context.Context, rows []event.Stored, first, last int64) error {
	w := h.w
	token := w.token("events", len(rows), func(i int) int64 { return rows[i].Offset })
	err := w.insert(ctx, h.b, func(ctx context.Context) error { return w.c.sink.InsertOnce(ctx, token, rows) })
	var r refusal
	switch {
	case err == nil:
		h.taken += len(rows)
		return nil
	case !errors.As(err, &r) || !r.RowsRefused():
		return err
	case len(rows) == 1:
		h.refused, h.errs = append(h.refused, rows[0].Offset), append(h.errs, err)
		if h.taken == 0 && len(h.refused) >= blameAfter {
			return fmt.Errorf("%w: %w", errBlamed, err)
		}
		return nil
	}
	for {
		middle := first + (last-first)/2
		n := sort.Search(len(rows), func(i int) bool { return rows[i].Offset > middle })
		switch n {
		case 0:
			first = middle + 1
		case len(rows):
			last = middle
		default:
			if err := h.insert(ctx, rows[:n], first, middle); err != nil {
				return err
			}
			return h.insert(ctx, rows[n:], middle+1, last)
		}
	}
}

// insert repeats an insert until it works, the rows are refused, or the generation has ended. It commits
// the intent again before each repeat, so that a worker that was cut off meanwhile notices.
func (w *worker) insert(ctx context.Context, b *batch, do func(context.Context) error) error {
	for after := w.c.retryAfter; ; after = min(2*after, maxRetryAfter) {
		err := w.once(ctx, do)
		var r refusal
		refused := errors.As(err, &r)
		if err == nil && after == w.c.retryAfter { // at once: the overload, if there was one, is passing
			w.wait = max(w.wait/2, w.c.cfg.BatchWait)
		}
		if err == nil || refused && r.RowsRefused() {
			return err
		}
		w.c.metrics.retries.Inc()
		if refused && r.Overloaded() {
			w.wait = max(min(2*w.wait, maxBatchWait), w.wait)
		}
		w.log.Warn("insert failed, trying again", "error", err, "first", b.begin, "last", b.end, "after", after)
		if !pause(ctx, after) {
			return errOver
		}
		if err := w.mean(ctx, b); err != nil {
			return err
		}
	}
}

// maxBatchWait is how long a batch waits at most while the warehouse is overloaded.
const maxBatchWait = 30 * time.Second

// once inserts. Its time does not end with the generation: what is under way is waited for.
func (w *worker) once(ctx context.Context, do func(context.Context) error) error {
	select {
	case w.c.inserts <- struct{}{}:
		defer func() { <-w.c.inserts }()
	case <-ctx.Done():
		return errOver
	}
	ctx, cancel := context.WithTimeout(w.c.storing, w.c.cfg.InsertTimeout)
	defer cancel()
	began := w.c.now()
	err := do(ctx)
	if err == nil {
		w.c.metrics.seconds.Observe(w.c.now().Sub(began).Seconds())
	}
	return err
}

// account lets the worker's run grow in the warehouse, before the next intent says that the batch is
// stored: so a commit beyond the run tells that the warehouse has lost something.
func (w *worker) account(ctx context.Context, b *batch) error {
	run := w.run
	run.End, run.Mark = b.end, b.mark()
	run.Rows += int64(len(b.rows) - b.refused)
	run.Dead += int64(len(b.dead))
	err := w.insert(ctx, b, func(ctx context.Context) error { return w.c.sink.PutRun(ctx, run) })
	if err == nil {
		w.run = run
	}
	return err
}
