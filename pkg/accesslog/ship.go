package accesslog

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// ship posts the batch until the collector has taken it, and moves the marks. It returns false when
// ctx ended first.
func (f *Follower) ship(ctx context.Context) bool {
	for f.batch.Len() > 0 {
		answer, err := f.client.Post(ctx, f.batch)
		if err == nil {
			f.taken(answer)
			break
		}
		if ctx.Err() != nil {
			return false
		}
		f.waiting(err, f.refusedPause)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(f.refusedPause):
		}
	}
	for _, t := range f.logs.open {
		t.settle()
	}
	f.metrics.places(f.logs.open)
	if err := saveMarks(f.cfg.State, f.logs.marks(time.Now())); err != nil {
		f.logs.note(slog.LevelError, troubleSave, f.cfg.State, err)
	} else {
		f.logs.settle(troubleSave, f.cfg.State)
	}
	return true
}

// waiting logs the first of a row of failures.
func (f *Follower) waiting(err error, pause time.Duration) {
	if !f.failing {
		f.failing = true
		f.log.Warn("the collector does not take log lines; keeping the place and trying again", "error", err, "pause", pause.String())
	}
}

// taken counts what the collector refused, and logs the first of each kind: a site that it does not
// know refuses every line.
func (f *Follower) taken(answer Answer) {
	for reason, n := range answer.Reasons {
		f.metrics.skipped.WithLabelValues("rejected_" + reason).Add(float64(n))
	}
	for _, r := range answer.Errors {
		f.logs.note(slog.LevelWarn, troubleRefused, r.Reason, fmt.Errorf("%s %s", r.Field, r.Detail))
	}
	if f.failing {
		f.failing = false
		f.log.Info("the collector takes log lines again")
	}
}
