package consumer

import (
	"context"
	"time"
)

// store writes the batch and then commits it. It reports false when the consumer was stopped before
// all of it was stored; then nothing is committed.
func (c *Consumer) store(b *batch) bool {
	if len(b.rows) > 0 {
		if !c.untilDone("insert events", len(b.rows), func(ctx context.Context) error { return c.insert(ctx, b) }) {
			return false
		}
		c.metrics.rows.Add(float64(len(b.rows)))
	}
	if len(b.dead) > 0 {
		if !c.untilDone("insert dead letters", len(b.dead), func(ctx context.Context) error { return c.sink.InsertDead(ctx, b.dead) }) {
			return false
		}
		for _, d := range b.dead {
			c.metrics.dead.WithLabelValues(d.Reason).Inc()
		}
	}
	c.commit(b.through)
	return true
}

func (c *Consumer) insert(ctx context.Context, b *batch) error {
	began := time.Now()
	err := c.sink.Insert(ctx, b.rows)
	if err == nil {
		c.metrics.seconds.Observe(time.Since(began).Seconds())
	}
	return err
}

// untilDone repeats an insert until it works, or the consumer is stopped and the insert in flight
// has failed.
func (c *Consumer) untilDone(what string, rows int, insert func(context.Context) error) bool {
	for wait := c.retryAfter; ; wait = min(2*wait, maxRetryAfter) {
		err := c.once(insert)
		if err == nil {
			return true
		}
		c.metrics.retries.Inc()
		c.log.Warn(what+" failed", "error", err, "rows", rows, "again_after", wait)
		if !c.pause(wait) {
			return false
		}
	}
}

func (c *Consumer) once(insert func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(c.storing, c.cfg.InsertTimeout)
	defer cancel()
	return insert(ctx)
}

// commit tries once: when it fails, the next commit covers these offsets too, and a restart or
// another member of the group stores the same events again.
func (c *Consumer) commit(through map[int]int64) {
	ctx, cancel := context.WithTimeout(c.storing, commitTimeout)
	defer cancel()
	if err := c.source.Commit(ctx, through); err != nil {
		c.log.Warn("commit failed; the rows are stored and may be stored again", "error", err)
	}
}
