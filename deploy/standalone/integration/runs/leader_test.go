package runs

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// leadership lasts for ever until a term is given.
type leadership struct {
	term atomic.Pointer[context.Context]
}

func (l *leadership) Term() context.Context {
	if term := l.term.Load(); term != nil {
		return *term
	}
	return context.Background()
}

// slow is a warehouse in which a run waits at the door until it is cancelled.
type slow struct {
	rollup.Warehouse
	atDoor chan struct{}
}

func (s slow) Open(ctx context.Context, _ *ledger.Staging) error {
	s.atDoor <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

// TestLostLeadership: a run whose process no longer leads ends before the fence, publishes nothing, and
// says so in the ledger; the next leader drops what was left behind, and runs the day after the pause.
func TestLostLeadership(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Chatham")
	insert(t, view("leader", day.Start().Add(time.Hour), "/"))
	term, lose := context.WithCancel(t.Context())
	old := &leadership{}
	old.term.Store(&term)
	w := slow{store, make(chan struct{})}
	s := startAs(t, w, own{store, nil}, old, sites.Site{Key: "leader", Zone: day.Zone})
	go func() { // the look goes on to the door only when somebody counts it
		for {
			select {
			case <-s.looks:
			case <-t.Context().Done():
				return
			}
		}
	}()
	s.Nudge()
	<-w.atDoor
	lose()
	run := awaitRun(t, day, ledger.Failed)
	if !strings.Contains(run.Error, context.Canceled.Error()) {
		t.Errorf("the run ended with %q", run.Error)
	}
	if rows, err := store.PublishedRows(t.Context(), day.Zone); err != nil || len(rows) != 0 {
		t.Errorf("one who no longer leads has published %v, %v", rows, err)
	}

	exec(t, "CREATE TABLE staging_00000000000000000000000000000000_views (a UInt8) ENGINE = Memory")
	next := start(t, day.Zone, "leader")
	next.look(t)
	exec(t, "CREATE TABLE staging_00000000000000000000000000000000_views (a UInt8) ENGINE = Memory") // it is gone
	exec(t, "DROP TABLE staging_00000000000000000000000000000000_views")
}

// awaitRun waits for a run of the day that stands in a state.
func awaitRun(t *testing.T, day ledger.Day, state ledger.State) ledger.Run {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < time.Minute; <-tick.C {
		runs, err := store.Runs(t.Context(), ledger.Daily, day.Date, day.Date, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rollup.OfZone(runs, day.Zone) {
			if r.State == state {
				return r
			}
		}
	}
	t.Fatalf("no run of %s is %s after a minute", day, state)
	return ledger.Run{}
}
