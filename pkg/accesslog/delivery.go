package accesslog

import (
	"context"
	"log/slog"
	"time"
)

// refusedPause is the pause after an answer that repeating alone will not mend, such as 401.
const refusedPause = 30 * time.Second

// delivery posts batches until the collector has taken them. It logs the first of a row of failures, and
// their end.
type delivery struct {
	client    *Client
	metrics   *metrics
	log       *slog.Logger
	meanwhile string              // what becomes of the lines while the collector does not take them
	refused   func(r []Rejection) // is told of views that the collector would not have

	refusedPause time.Duration
	failing      bool // the collector does not take the batch, and that has been logged
}

// newDelivery makes a delivery with a client of its own.
func newDelivery(cfg ClientConfig, m *metrics, log *slog.Logger, meanwhile string, refused func([]Rejection)) (*delivery, error) {
	d := &delivery{metrics: m, log: log, meanwhile: meanwhile, refused: refused, refusedPause: refusedPause}
	var err error
	d.client, err = NewClient(cfg, 0, d.waiting)
	return d, err
}

// deliver returns false when ctx ended first.
func (d *delivery) deliver(ctx context.Context, b *Batch) bool {
	for b.Len() > 0 {
		answer, err := d.client.Post(ctx, b)
		if err == nil {
			d.taken(answer)
			break
		}
		if ctx.Err() != nil {
			return false
		}
		d.waiting(err, d.refusedPause)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(d.refusedPause):
		}
	}
	return true
}

func (d *delivery) waiting(err error, pause time.Duration) {
	if !d.failing {
		d.failing = true
		d.log.Warn("the collector does not take log lines; "+d.meanwhile, "error", err, "pause", pause.String())
	}
}

// taken counts what the collector refused.
func (d *delivery) taken(answer Answer) {
	for reason, n := range answer.Reasons {
		d.metrics.skipped.WithLabelValues("rejected_" + reason).Add(float64(n))
	}
	if len(answer.Errors) > 0 {
		d.refused(answer.Errors)
	}
	if d.failing {
		d.failing = false
		d.log.Info("the collector takes log lines again")
	}
}
