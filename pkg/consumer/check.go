package consumer

import (
	"context"
	"strconv"
	"time"
)

// checkSince is how much longer ago than the last look rows may have been stored that are looked for.
const checkSince = 10 * time.Minute

// check is how far the newest offsets of a partition have been looked for.
type check struct {
	from int64
	at   time.Time
}

// watchGaps looks every now and then for the offsets that its workers have stored since the last look.
func (c *Consumer) watchGaps() {
	if c.cfg.AuditEvery == 0 {
		return
	}
	ticker := time.NewTicker(c.cfg.AuditEvery)
	defer ticker.Stop()
	checked := map[*worker]check{}
	for {
		select {
		case <-ticker.C:
			c.checkGaps(c.fetching, checked)
		case <-c.fetching.Done():
			return
		}
	}
}

// checkGaps audits what is new in every partition that this process has. An audit that fails is tried
// again with the next look.
func (c *Consumer) checkGaps(ctx context.Context, checked map[*worker]check) {
	c.metrics.gaps.Reset()
	lasting := map[*worker]check{}
	for _, w := range c.workers.list() {
		begun := w.begun.Load()
		if begun == nil { // it has not found out yet where to begin
			continue
		}
		last, known := checked[w]
		if !known {
			last = check{begun.Begin, begun.Time}
		}
		a, err := auditFrom(ctx, begun.Place, last.from, last.at.Add(-checkSince), w.p, c.decode, c.sink)
		if err != nil {
			w.log.Warn("audit failed", "error", err)
			lasting[w] = last
			continue
		}
		c.metrics.gaps.WithLabelValues(strconv.Itoa(w.p.ID())).Set(float64(a.Gaps()))
		if a.Gaps() > 0 {
			w.log.Error("the audit found gaps", "holes", a.Holes, "repeats", a.Repeats)
			lasting[w] = last // a gap stays in sight until it is mended
			continue
		}
		lasting[w] = check{max(last.from, a.Last+1), c.now()}
	}
	clear(checked)
	for w, at := range lasting {
		checked[w] = at
	}
}
