package consumer

import (
	"context"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// batch is what one insert stores and one commit covers.
type batch struct {
	rows    []event.Stored
	dead    []event.Dead
	bytes   int
	through map[int]int64 // last offset, by partition
}

func newBatch() *batch { return &batch{through: map[int]int64{}} }

func (b *batch) records() int { return len(b.rows) + len(b.dead) }

func (b *batch) empty() bool { return b.records() == 0 }

// reset keeps the memory for the next batch and lets go of what the rows refer to.
func (b *batch) reset() {
	clear(b.rows)
	clear(b.dead)
	clear(b.through)
	b.rows, b.dead, b.bytes = b.rows[:0], b.dead[:0], 0
}

// collect fills the batch until it is full by rows or bytes, its first record has waited long enough,
// or the consumer is being stopped.
func (c *Consumer) collect(b *batch) {
	r, ok := c.fetchFirst()
	if !ok {
		return
	}
	c.add(b, r)
	ctx, cancel := context.WithTimeout(c.fetching, c.cfg.BatchWait)
	defer cancel()
	for b.records() < c.cfg.BatchRows && b.bytes < c.cfg.BatchBytes {
		r, err := c.source.Fetch(ctx)
		if err != nil {
			return // time is up, or fetchFirst meets the trouble again and tells of it
		}
		c.add(b, r)
	}
}

// fetchFirst waits for a record for as long as it takes.
func (c *Consumer) fetchFirst() (r event.Record, ok bool) {
	for wait := c.retryAfter; ; wait = min(2*wait, maxRetryAfter) {
		r, err := c.source.Fetch(c.fetching)
		if err == nil {
			return r, true
		}
		if c.fetching.Err() != nil {
			return r, false
		}
		c.log.Warn("fetch failed, trying again", "error", err, "after", wait)
		if !c.pause(wait) {
			return r, false
		}
	}
}

func (c *Consumer) add(b *batch, r event.Record) {
	b.bytes += len(r.Value)
	b.through[r.Partition] = max(b.through[r.Partition], r.Offset)
	e, err := c.decode(r)
	if err == nil {
		err = e.Validate()
	}
	if err != nil {
		b.dead = append(b.dead, deadLetter(r, err))
		return
	}
	b.rows = append(b.rows, event.Stored{Event: e, Partition: r.Partition, Offset: r.Offset})
}

func deadLetter(r event.Record, err error) event.Dead {
	reason := event.ReasonUndecodable
	if inv, ok := event.AsInvalid(err); ok {
		reason = inv.Reason
	}
	return event.Dead{
		Partition: r.Partition, Offset: r.Offset, Time: r.Time, Value: r.Value,
		Reason: string(reason), Error: err.Error(),
	}
}
