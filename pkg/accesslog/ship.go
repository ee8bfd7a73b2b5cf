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
	if !f.delivery.deliver(ctx, f.batch) {
		return false
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

// refused logs the first of each kind: a site that the collector does not know refuses every line.
func (f *Follower) refused(views []Rejection) {
	for _, r := range views {
		f.logs.note(slog.LevelWarn, troubleRefused, r.Reason, fmt.Errorf("%s %s", r.Field, r.Detail))
	}
}
