package runs

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/nudge"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// journal is the ledger, and remembers which runs published, in their order. With broken set it takes
// no rows that say so, as if the process had been killed after the swap.
type journal struct {
	rollup.Ledger
	broken bool

	mu        sync.Mutex
	published []string
}

func (j *journal) RecordRun(ctx context.Context, r ledger.Run) error {
	if j.broken && r.State != ledger.Running {
		return errors.New("killed")
	}
	if r.State == ledger.Final {
		j.mu.Lock()
		j.published = append(j.published, r.Date.String())
		j.mu.Unlock()
	}
	return j.Ledger.RecordRun(ctx, r)
}

// looks counts the looks of a schedule: each begins by waiting for the stream.
type looks chan struct{}

func (l looks) AwaitStored(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// schedule runs the days of one site in one zone.
type schedule struct {
	*rollup.Schedule
	looks   looks
	journal *journal
}

// own hides the zones of other tests, which share the database.
type own struct {
	*warehouse.Warehouse
	zones []string
}

func (o own) PublishedZones(context.Context) ([]string, error) { return o.zones, nil }

func start(t *testing.T, zone *time.Location, site string) *schedule {
	t.Helper()
	return startAs(t, store, own{store, nil}, &leadership{}, sites.Site{Key: site, Zone: zone})
}

func startAs(t *testing.T, w rollup.Warehouse, days rollup.Days, l nudge.Leadership, list ...sites.Site) *schedule {
	t.Helper()
	s := &schedule{looks: make(looks), journal: &journal{Ledger: store}}
	runner := rollup.NewRunner(settings, w, s.journal, s.looks, rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
	s.Schedule = rollup.NewSchedule(runner, days, sites.Of(list...), l, slog.New(slog.DiscardHandler))
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// look waits for the end of a look that begins now, and tells which days have been published so far.
func (s *schedule) look(t *testing.T) string {
	t.Helper()
	for range 2 {
		s.Nudge()
		select {
		case <-s.looks:
		case <-time.After(time.Minute):
			t.Fatal("no look in a minute")
		}
	}
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return strings.Join(s.journal.published, " ")
}

// until looks until the published days are what they should be.
func (s *schedule) until(t *testing.T, want string) {
	t.Helper()
	got := ""
	for began := time.Now(); time.Since(began) < time.Minute; {
		if got = s.look(t); got == want {
			return
		}
	}
	t.Fatalf("published %q, want %q", got, want)
}

// TestCatchUp: after three days without a scheduler each missing day is run once, oldest first; a late
// event then makes its own day run again and no other; and a hand on a table is mended at the next start.
func TestCatchUp(t *testing.T) {
	last := dayIn(t, "2021-02-12", "Asia/Kathmandu")
	noon := last.Start().Add(12 * time.Hour)
	for i := range 3 {
		insert(t, view("catch-up", noon.Add(-time.Duration(24*i)*time.Hour), "/"))
	}
	s := start(t, last.Zone, "catch-up")
	const all = "2021-02-10 2021-02-11 2021-02-12"
	if got := s.look(t); got != all {
		t.Fatalf("published %q, want %q", got, all)
	}
	insert(t, view("catch-up", noon.Add(-23*time.Hour), "/late"))
	s.until(t, all+" 2021-02-11")
	if got := s.look(t); got != all+" 2021-02-11" {
		t.Fatalf("published %q: a day was run again that nothing has changed", got)
	}

	exec(t, "ALTER TABLE daily_ip_time UPDATE spent_ms = 1 WHERE day = '2021-02-10' AND tz = 'Asia/Kathmandu' SETTINGS mutations_sync = 2")
	exec(t, "ALTER TABLE daily_ip_access DELETE WHERE day = '2021-02-12' AND tz = 'Asia/Kathmandu' SETTINGS mutations_sync = 2")
	if !verify(t, last, "catch-up").Differs() {
		t.Error("verify does not see that a row is gone")
	}
	again := start(t, last.Zone, "catch-up")
	again.until(t, "2021-02-10 2021-02-12")
	if got := verify(t, last, "catch-up"); verdict(got) != rollup.Equal {
		t.Errorf("after it was mended: %+v", got)
	}
}

// TestKilledAfterSwap: a run that ends between the swap and its ledger row leaves new rows and an old
// ledger; the next start sees it and runs the day again.
func TestKilledAfterSwap(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Kiritimati")
	noon := day.Start().Add(12 * time.Hour)
	insert(t, view("killed", noon, "/"))
	first := publish(t, day, "killed")
	insert(t, view("killed", noon.Add(time.Minute), "/second"))
	if _, err := newRunner(store, &journal{Ledger: store, broken: true}).Run(t.Context(), day, only("killed"), true); err == nil {
		t.Fatal("a run without its ledger row succeeded")
	}
	readBack, err := store.ReadBack(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	if readBack["daily_ip_access"].Checksum == first.Checksums["daily_ip_access"] {
		t.Fatal("the killed run has not swapped its rows in")
	}
	start(t, day.Zone, "killed").until(t, "2021-02-12")
	if got := verify(t, day, "killed"); verdict(got) != rollup.Equal || got.Published.ID == first.ID {
		t.Errorf("after it was mended: %+v", got)
	}
}

// TestOlderDefinitions: days that were published by older definitions are computed again at the next start,
// once, behind those that are missing, and the newest first.
func TestOlderDefinitions(t *testing.T) {
	last := dayIn(t, "2021-02-19", "Pacific/Pitcairn")
	for i := range 3 {
		insert(t, view("older", last.Start().Add(12*time.Hour-time.Duration(24*i)*time.Hour), "/"))
		if i > 0 {
			publish(t, ledger.Day{Date: last.Date.Add(-i), Zone: last.Zone}, "older")
		}
	}
	exec(t, "ALTER TABLE job_runs UPDATE definition_version = definition_version - 1 WHERE tz = 'Pacific/Pitcairn' SETTINGS mutations_sync = 2")
	start(t, last.Zone, "older").until(t, "2021-02-19 2021-02-18 2021-02-17")
	again := start(t, last.Zone, "older")
	if got := again.look(t); got != "" {
		t.Errorf("published %q: a day that follows the current definitions was run again", got)
	}
	day := ledger.Day{Date: last.Date.Add(-1), Zone: last.Zone}
	if got := verify(t, day, "older"); verdict(got) != rollup.Equal || got.Published.DefinitionVersion != ledger.DefinitionVersion {
		t.Errorf("after the start: %+v", got)
	}
}
