package jobs

import (
	"context"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// State says how a day stands.
type State string

// The states of a day.
const (
	Missing     State = "missing"
	Requested   State = "requested"
	Running     State = "running"
	Provisional State = "provisional"
	Final       State = "final"
	Stale       State = "stale"
	Failed      State = "failed"
)

// cell is what is known of a day.
type cell struct {
	place
	attempts ledger.Attempts
	standing *ledger.Standing
	request  *ledger.Request
}

// found is what the rollup has found out, unless a run that began later has changed it.
func (c *cell) found() ledger.Standing {
	if c.standing == nil || c.attempts.Published.Started.After(c.standing.Found) {
		return ledger.Standing{}
	}
	return *c.standing
}

// failed tells whether the newest run has failed. One that was ended from outside says nothing.
func (c *cell) failed() bool {
	n := c.attempts.Newest
	return n.State == ledger.Failed && !n.Ended()
}

// state says how the day stands; empty: there is nothing to say.
func (c *cell) state() State {
	found, published := c.found(), c.attempts.Published.State
	switch {
	case c.attempts.Newest.State == ledger.Running, c.request != nil && c.request.State == ledger.RequestRunning:
		return Running
	case c.request != nil:
		return Requested
	case c.failed(), found.Reason == ledger.FailedLast:
		return Failed
	case found.Reason == ledger.Missing, published == "" && c.attempts.Count > 0:
		return Missing
	case found.Reason == ledger.Differs, found.Reason == ledger.Stale && published == ledger.Final:
		return Stale
	}
	return State(published)
}

// day is the cell as it is answered.
func (c *cell) day(ctx context.Context, now time.Time) JobDay {
	found, newest, published := c.found(), c.attempts.Newest, c.attempts.Published
	d := JobDay{
		Job: ledger.Daily, Day: c.date.String(), Zone: c.zone, State: c.state(),
		Reason: found.Reason, Detail: textFor(ctx, found.Detail), Due: found.Due,
		Attempts: c.attempts.Count, Cause: string(newest.Cause), AskedBy: newest.AskedBy, Error: textFor(ctx, newest.Error),
	}
	if c.attempts.Count > 0 {
		d.Run = &newest.ID
		d.Started, d.Finished, d.Duration = times(newest, now)
	}
	if published.State != "" {
		d.Views, d.SpentMS = allowed(ctx, published.Views), allowed(ctx, published.SpentMS)
	}
	if d.State == Requested {
		d.AskedBy = c.request.By
	}
	return d
}

// times tells when a run began and ended, and how long it took or has taken so far.
func times(r ledger.Run, now time.Time) (started, finished *time.Time, ms *int64) {
	end := now
	if r.State != ledger.Running {
		end = r.Updated
		finished = instant(end)
	}
	took := max(0, end.Sub(r.Started).Milliseconds())
	return instant(r.Started), finished, &took
}
