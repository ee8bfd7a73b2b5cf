package jobs

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

var began = time.Date(2026, 5, 2, 1, 0, 0, 0, time.UTC)

// after makes a run that began so many minutes after the others.
func after(minutes int, state ledger.State) ledger.Run {
	at := began.Add(time.Duration(minutes) * time.Minute)
	return ledger.Run{ID: uuid.New(), State: state, Started: at, Updated: at.Add(time.Second)}
}

// of makes a cell of runs, oldest first.
func of(runs ...ledger.Run) *cell {
	c := &cell{attempts: ledger.Attempts{Count: uint64(len(runs))}}
	for _, r := range runs {
		c.attempts.Newest = r
		if r.State.Published() {
			c.attempts.Published = r
		}
	}
	return c
}

// with adds what a look at minute 5 has found.
func (c *cell) with(reason string) *cell {
	c.standing = &ledger.Standing{Found: began.Add(5 * time.Minute), Reason: reason, Touch: ledger.Touch{Events: 1}}
	return c
}

func (c *cell) asked(state ledger.RequestState) *cell {
	c.request = &ledger.Request{State: state}
	return c
}

func TestState(t *testing.T) {
	f := func(what string, c *cell, want State) {
		t.Helper()
		if got := c.state(); got != want {
			t.Errorf("%s: state %q, want %q", what, got, want)
		}
	}
	gone := after(6, ledger.Failed)
	gone.Error = ledger.Abandoned
	stopped := after(6, ledger.Failed)
	stopped.Error = ledger.CancelledBy + "ada"
	f("stopped", of(stopped).with(ledger.Missing), Missing)
	f("stopped over published rows", of(after(0, ledger.Final), stopped).with(""), Final)
	f("nothing is known", of(), "")
	f("events and no run", of().with(ledger.Missing), Missing)
	f("a run is on", of(after(6, ledger.Running)).with(ledger.Missing), Running)
	f("a run is on, over published rows", of(after(0, ledger.Final), after(6, ledger.Running)), Running)
	f("published", of(after(6, ledger.Final)).with(ledger.Missing), Final)
	f("published and in step", of(after(0, ledger.Final)).with(""), Final)
	f("the day is not over", of(after(0, ledger.Provisional)).with(""), Provisional)
	f("the day is over, not final yet", of(after(0, ledger.Provisional)).with(ledger.Unfinished), Provisional)
	f("its hourly refresh is due", of(after(0, ledger.Provisional)).with(ledger.Stale), Provisional)
	f("late events", of(after(0, ledger.Final)).with(ledger.Stale), Stale)
	f("late events, counted since", of(after(0, ledger.Final), after(6, ledger.Final)).with(ledger.Stale), Final)
	f("a hand on a table", of(after(0, ledger.Provisional)).with(ledger.Differs), Stale)
	f("failed", of(after(6, ledger.Failed)).with(ledger.Missing), Failed)
	f("failed over published rows", of(after(0, ledger.Final), after(6, ledger.Failed)).with(ledger.Stale), Failed)
	f("killed", of(gone).with(ledger.Missing), Missing)
	f("killed over published rows", of(after(0, ledger.Final), gone).with(""), Final)
	f("asked for", of(after(0, ledger.Final)).asked(ledger.RequestOpen), Requested)
	f("taken", of(after(0, ledger.Final)).asked(ledger.RequestRunning), Running)
}

// TestWanted: which days a wish takes, by how they stand.
func TestWanted(t *testing.T) {
	f := func(what string, c *cell, none, failed, all string) {
		t.Helper()
		for redo, want := range map[string]string{"none": none, "failed": failed, "all": all} {
			got, skipped := wanted(c, redo, false, &JobSkipped{})
			if got != want || (skipped == nil) != (want != "") {
				t.Errorf("%s, redo %s: %q, want %q", what, redo, got, want)
			}
		}
	}
	f("empty", nil, "", "", "")
	f("missing", of().with(ledger.Missing), "missing", "missing", "missing")
	f("stale", of(after(0, ledger.Final)).with(ledger.Stale), "stale", "stale", "stale")
	f("failed", of(after(0, ledger.Failed)), "", "failed", "failed")
	f("final", of(after(0, ledger.Final)), "", "", "redo")
	f("requested", of(after(0, ledger.Final)).asked(ledger.RequestOpen), "", "", "")
	if got, _ := wanted(nil, "none", true, &JobSkipped{}); got != "missing" {
		t.Errorf("one day of which nothing is known: %q", got)
	}
}
