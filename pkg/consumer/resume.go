package consumer

import (
	"context"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// whole is a time range that no event lies outside of.
var wholeFrom, wholeTo = event.Earliest, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// knowledge is what Kafka and the warehouse tell of a partition before a worker begins.
type knowledge struct {
	first, next int64 // of the partition
	offset      int64 // committed; negative for none
	intent      intent
	ours        bool // the commit carries our metadata
	run         event.Run
	known       bool // there is a run
}

// resume finds out where to begin, in which life of the partition, and what may be stored already.
func (w *worker) resume(ctx context.Context) error {
	k, err := w.learn(ctx)
	if err != nil {
		return err
	}
	same, err := w.sameLife(ctx, k)
	if err != nil {
		return err
	}
	if !same {
		return w.beginLife(k)
	}
	return w.carryOn(ctx, k)
}

func (w *worker) learn(ctx context.Context) (k knowledge, err error) {
	if k.first, k.next, err = w.p.Bounds(ctx); err != nil {
		return k, err
	}
	offset, metadata, err := w.p.Committed(ctx)
	if err != nil {
		return k, err
	}
	k.offset = offset
	if k.intent, k.ours, err = parseIntent(metadata); err != nil {
		return k, err
	}
	if k.run, k.known, err = w.c.sink.LastRun(ctx, w.p.Stream(), w.p.ID()); err != nil {
		return k, err
	}
	w.end = k.next
	w.place = event.Place{Stream: w.p.Stream(), Partition: w.p.ID()}
	return k, nil
}

// sameLife says whether the partition is the one that was read before: it still holds the record that
// was last meant or stored. When it has been deleted, every offset to come is larger than all before,
// so that none can be taken for another.
func (w *worker) sameLife(ctx context.Context, k knowledge) (bool, error) {
	if !k.ours && !k.known {
		return false, nil
	}
	last, want := k.run.End, k.run.Mark
	if k.ours {
		last, want = k.offset-1, k.intent.Mark
		if k.intent.End != nil {
			last = *k.intent.End
		}
	}
	if last >= k.next {
		return false, nil
	}
	if last < k.first || want == 0 {
		return true, nil
	}
	records, _, _, err := w.p.Fetch(ctx, last, idleWait, idleBytes)
	if err != nil {
		return false, err
	}
	return len(records) == 0 || records[0].Offset != last || mark(records[0]) == want, nil
}

// beginLife starts with what Kafka holds of a partition that was never read, or where somebody else's
// commit says.
func (w *worker) beginLife(k knowledge) error {
	w.place.Epoch = uint64(w.c.now().UnixMilli())
	position := k.first
	if !k.ours && !k.known {
		position = max(k.first, min(k.offset, k.next))
	} else {
		w.log.Error("the topic was deleted and made again, or Kafka lost records that it had acknowledged: offsets count anew",
			"committed", k.offset, "stored_through", k.run.End, "partition_end", k.next, "epoch", w.place.Epoch)
		w.c.metrics.recoveries.WithLabelValues("new_epoch").Inc()
	}
	w.from = position
	return w.begin(position)
}

// begin sets the position that the worker starts from.
func (w *worker) begin(position int64) error {
	w.position, w.next = position, position
	w.run = event.Run{Place: w.place, Kind: event.RunStored, Begin: position, End: position - 1}
	begun := w.run
	begun.Time = w.c.now()
	w.begun.Store(&begun)
	return nil
}

// storedMargin is how much older than the newest run the newest rows may be.
const storedMargin = 10 * time.Minute

// carryOn goes on from the committed offset, or from what is stored where that is less.
func (w *worker) carryOn(ctx context.Context, k knowledge) error {
	w.place.Epoch = k.run.Epoch
	if k.ours {
		w.place.Epoch = k.intent.Epoch
	}
	last, through, err := w.storedThrough(ctx, k)
	if err != nil {
		return fmt.Errorf("find the last stored offset of partition %d: %w", w.place.Partition, err)
	}
	position := k.offset
	w.from, w.again, w.salt = k.intent.From, k.intent.Again, k.intent.Salt
	w.committed = k.ours && k.intent.End == nil
	switch {
	case k.offset < 0:
		position, w.from = k.run.End+1, k.run.Begin
		w.log.Warn("the group has no offset, going on behind what is stored", "position", position)
	case k.ours:
		w.mark = k.intent.Mark
		if k.intent.End != nil {
			w.intentEnd, w.verify = *k.intent.End, *k.intent.End
			w.mark = 0
		}
	default: // somebody else has set the offset, and means it
		w.from = position
	}
	through = max(through, w.from-1)
	if through+1 < position {
		w.log.Error("the warehouse holds less than was committed, going back", "committed", position, "stored_through", through)
		w.c.metrics.recoveries.WithLabelValues("rewound").Inc()
		w.again, w.salt = max(position, w.again, w.intentEnd+1), w.p.Generation()
		position, w.intentEnd, w.mark, w.committed = through+1, -1, 0, false
	}
	w.verify = max(w.verify, last)
	if err := w.begin(position); err != nil {
		return err
	}
	if w.salt == w.p.Generation() { // from now on the warehouse says of itself how far it goes
		back := w.run
		back.Kind = event.RunRewound
		if err := w.c.sink.PutRun(ctx, back); err != nil {
			return err
		}
	}
	if w.position < k.first {
		return w.skip(ctx, k.first)
	}
	return nil
}

// storedThrough is the last offset that the warehouse has, and the one that it has everything up to.
//
// That is where the newest run ends: rows behind it may be a part of a batch, and rows before it may be
// missing because they were merged with a later repeat. Only when nothing at all is left of what was
// stored shortly before the run was written, the rows count and not the run.
func (w *worker) storedThrough(ctx context.Context, k knowledge) (last, through int64, err error) {
	if !k.known || k.run.Epoch != w.place.Epoch {
		last, err = w.c.sink.StoredThrough(ctx, w.place, time.Time{})
		return last, -1, err
	}
	last, err = w.c.sink.StoredThrough(ctx, w.place, k.run.Time.Add(-storedMargin))
	if err != nil || last >= 0 || k.run.Kind == event.RunLost {
		return max(last, k.run.End), k.run.End, err
	}
	last, err = w.c.sink.StoredThrough(ctx, w.place, time.Time{})
	return last, min(last, k.run.End), err
}

// skip goes on from the first offset that Kafka still holds. What it has deleted and the warehouse does
// not have is lost.
func (w *worker) skip(ctx context.Context, first int64) error {
	stored, err := w.c.sink.StoredOffsets(ctx, w.place, w.position, first-1, wholeFrom, wholeTo)
	if err != nil {
		return err
	}
	lost := first - w.position - int64(len(stored))
	if lost > 0 {
		w.log.Error("kafka deleted records before they were read", "first_lost", w.position, "last_lost", first-1, "lost", lost)
		run := event.Run{Place: w.place, Begin: w.position, End: first - 1, Kind: event.RunLost}
		if err := w.c.sink.PutRun(ctx, run); err != nil {
			return err
		}
		w.c.metrics.lost.Add(float64(lost))
	}
	if w.intentEnd < first {
		w.intentEnd = -1
	}
	w.mark, w.from, w.committed = 0, first, false
	return w.begin(first)
}
