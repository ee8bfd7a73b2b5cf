package runs

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/jobs"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

// swapping is a warehouse in which a swap waits until it may go on.
type swapping struct {
	rollup.Warehouse
	begun, goOn chan struct{}
}

func (s swapping) Publish(ctx context.Context, staging *ledger.Staging) error {
	s.begun <- struct{}{}
	<-s.goOn
	return s.Warehouse.Publish(ctx, staging)
}

// halfway is a warehouse in which a run waits, with some of its tables staged, until it is cancelled.
type halfway struct {
	rollup.Warehouse
	there chan struct{}
}

func (h halfway) Stage(ctx context.Context, run uuid.UUID, day ledger.Day, sel ledger.Selection) (*ledger.Staging, error) {
	return h.Warehouse.Stage(ledger.WithTrace(ctx, func(s ledger.Substep) {
		if s.Name == "buckets" {
			h.there <- struct{}{}
			<-ctx.Done()
		}
	}), run, day, sel)
}

// cancelled asks for a day, and lets an admin cancel that once the run is where begun tells.
func cancelled(t *testing.T, c console, day ledger.Day, begun <-chan struct{}) ledger.Request {
	t.Helper()
	r := ask(t, day, nil)
	select {
	case <-begun:
	case <-time.After(time.Minute):
		t.Fatal("the run has not come so far")
	}
	c.call(restricted, "DELETE", "/jobs/requests/"+r.ID.String(), "", http.StatusForbidden, nil)
	c.call(viewer, "DELETE", "/jobs/requests/"+r.ID.String(), "", http.StatusForbidden, nil)
	c.call(admin, "DELETE", "/jobs/requests/"+r.ID.String(), "", http.StatusOK, nil)
	return r
}

// ended waits until the rollup has written the end of a cancelled request.
func ended(t *testing.T, r ledger.Request, want ledger.RequestState, words string) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < time.Minute; <-tick.C {
		found, err := store.Requests(t.Context(), ledger.Daily, r.ID)
		if err != nil || len(found) != 1 {
			t.Fatalf("requests %v, %v", found, err)
		}
		if r = found[0]; r.State == want && strings.Contains(r.Answer, words) {
			return
		}
	}
	t.Fatalf("the request is %s: %q", r.State, r.Answer)
}

// unchanged fails unless the published rows have these checksums.
func unchanged(t *testing.T, day ledger.Day, want map[string]uint64) {
	t.Helper()
	for table, sums := range readBack(t, day) {
		if sums.Checksum != want[table] {
			t.Errorf("%s has the checksum %x, want %x", table, sums.Checksum, want[table])
		}
	}
}

// TestCancelRunning: an admin stops a run while it waits to publish, and one that is half staged. It says
// who did that, leaves nothing behind and publishes nothing; the day stays final, and its next request is
// answered.
func TestCancelRunning(t *testing.T) {
	atDoor, there := make(chan struct{}), make(chan struct{})
	stopped(t, dayIn(t, "2021-02-12", "Pacific/Kosrae"), slow{store, atDoor}, atDoor)
	stopped(t, dayIn(t, "2021-02-12", "Pacific/Kwajalein"), halfway{store, there}, there)
}

func stopped(t *testing.T, day ledger.Day, w rollup.Warehouse, begun <-chan struct{}) {
	t.Helper()
	insert(t, view("stopped", day.Start().Add(time.Hour), "/"))
	before := publish(t, day, "stopped").Checksums
	c := newConsole(t, day, "stopped")
	_, stop := answeringOn(t, w, day.Zone, "stopped")
	r := cancelled(t, c, day, begun)
	run := awaitRun(t, day, ledger.Failed)
	if run.Error != "cancelled by ada" || run.Cause != ledger.ByPerson {
		t.Errorf("the run is %+v", run)
	}
	ended(t, r, ledger.RequestCancelled, "what was published stays")
	unchanged(t, day, before)
	if left, err := store.DropLeftovers(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("the run has left %q, %v", left, err)
	}
	c.await(day.Zone.String(), "2021-02-12", "2021-02-12", "12 final")
	var runs struct{ Runs []jobs.JobRun }
	c.call(admin, "GET", "/jobs/runs?day=2021-02-12&tz="+day.Zone.String(), "", http.StatusOK, &runs)
	if runs.Runs[0].State != "cancelled" || runs.Runs[0].Error != "cancelled by ada" {
		t.Errorf("the console shows %+v", runs.Runs[0])
	}
	c.call(admin, "DELETE", "/jobs/requests/"+r.ID.String(), "", http.StatusConflict, nil)
	stop()
	_, stop = answering(t, day.Zone, "stopped")
	defer stop() // or it would refuse the requests of other zones
	answered(t, ask(t, day, nil), ledger.RequestDone)
}

// TestCancelTooLate: a run whose rows are being swapped in goes to its end.
func TestCancelTooLate(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Pohnpei")
	insert(t, view("late-cancel", day.Start().Add(time.Hour), "/"))
	before := publish(t, day, "late-cancel").Checksums
	c := newConsole(t, day, "late-cancel")
	w := swapping{store, make(chan struct{}), make(chan struct{})}
	answeringOn(t, w, day.Zone, "late-cancel")
	r := cancelled(t, c, day, w.begun)
	close(w.goOn)
	ended(t, r, ledger.RequestDone, "too late")
	if run := awaitRun(t, day, ledger.Final); run.AskedBy != "ada" {
		t.Errorf("the run is %+v", run)
	}
	unchanged(t, day, before)
}
