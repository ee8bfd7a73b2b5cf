package kills

import (
	"testing"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// TestKilledRunKeepsItsLog: what a run did before it was killed stands in its log, and the run is closed
// by the next start.
func TestKilledRunKeepsItsLog(t *testing.T) {
	c := newKilled(t, *seed)
	c.killAt(t, &trap{statement: "publish_daily_page_time", nth: 1, when: before, sprung: make(chan struct{})}, "both")
	killed := c.newest(t)
	steps, err := c.engine.store.Steps(t.Context(), killed.ID)
	if err != nil {
		t.Fatal(err)
	}
	if killed.State != ledger.Running || len(steps) == 0 || steps[len(steps)-1].Name != "door" {
		t.Fatalf("the killed run is %s, and its last step in %+v", killed.State, steps)
	}
	c.recover(t)
	closed, ok, err := c.engine.store.Run(t.Context(), ledger.Daily, killed.ID)
	if err != nil || !ok || closed.State != ledger.Failed || closed.Error == "" || closed.Cause != ledger.ByCommand {
		t.Errorf("after the restart the killed run is %+v, %v", closed, err)
	}
	if again, err := c.engine.store.Steps(t.Context(), killed.ID); err != nil || len(again) != len(steps) {
		t.Errorf("after the restart its log has %d steps, before %d; %v", len(again), len(steps), err)
	}
}

func (c *killed) newest(t *testing.T) ledger.Run {
	t.Helper()
	runs, err := c.engine.store.Runs(t.Context(), ledger.Daily, c.day.Date, c.day.Date, 1)
	if err != nil || len(runs) == 0 {
		t.Fatalf("no run of %s: %v", c.day.Day, err)
	}
	return runs[0]
}
