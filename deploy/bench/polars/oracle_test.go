package polars_test

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/export"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

var (
	seeds = flag.Int("seeds", 25, "random days to compare")
	seed  = flag.Uint64("seed", 1, "first seed")
)

// dates hold both clock changes of 2026, and days without one. A seed moves them by whole years of
// 364 days, so that no seed replaces another's day.
var dates = []ledger.Date{{Year: 2026, Month: 3, Day: 29}, {Year: 2026, Month: 10, Day: 25}, {Year: 2026, Month: 3, Day: 8}, {Year: 2026, Month: 11, Day: 1}, {Year: 2026, Month: 7, Day: 14}}

var zones = []string{"UTC", "Europe/Vienna", "America/New_York", "Etc/GMT+12", "Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"}

// job is a day that Polars is to compute.
type job struct {
	Name string `json:"name"`
	Day  string `json:"day"`
	Zone string `json:"tz"`
	Site string `json:"site"`
}

// TestPolarsAgrees runs random days through the rollup and the exporter, and lets Polars compute them
// from the same events: every row and every integer of the exported files must be equal.
func TestPolarsAgrees(t *testing.T) {
	dir := t.TempDir()
	exporter := export.New(export.Config{Dir: filepath.Join(dir, "export"), Formats: []string{export.CSV, export.Parquet}}, store, slog.New(slog.DiscardHandler))
	runner := rollup.NewRunner(rollup.Config{Every: time.Minute, Refresh: time.Hour, Grace: time.Hour, Wait: time.Minute}, store, store, stored{},
		rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
	t.Logf("seeds %d to %d", *seed, *seed+uint64(*seeds)-1)
	var jobs []job
	for i := range *seeds {
		v := newDay(t, *seed+uint64(i), i)
		insert(t, v.events())
		run, err := runner.Run(t.Context(), v.day, ledger.Selection{Sites: []string{v.site}}, true)
		if err != nil {
			t.Fatalf("%s: %v", v.site, err)
		}
		if err := exporter.Export(t.Context(), run); err != nil {
			t.Fatalf("%s: %v", v.site, err)
		}
		jobs = append(jobs, job{v.site, v.day.Date.String(), v.day.Zone.String(), v.site})
	}
	agree(t, dir, jobs)
}

// agree has Polars compute the jobs and compare.
func agree(t *testing.T, dir string, jobs []job) {
	t.Helper()
	events, list := filepath.Join(dir, "events.parquet"), filepath.Join(dir, "days.json")
	exportEvents(t, events)
	b, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list, b, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := python.Run(t.Context(), "oracle.py", events, filepath.Join(dir, "export"), list)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", out)
}

func newDay(t *testing.T, seed uint64, i int) *visitors {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 11))
	zone, err := time.LoadLocation(zones[r.IntN(len(zones))])
	if err != nil {
		t.Fatal(err)
	}
	date := dates[i%len(dates)].Add(-364 * (i / len(dates)))
	return &visitors{Rand: r, site: "polars-" + strconv.FormatUint(seed, 10), day: ledger.Day{Date: date, Zone: zone}}
}

func insert(t *testing.T, events []event.Event) {
	t.Helper()
	rows := make([]event.Stored, len(events))
	for i, e := range events {
		rows[i] = event.Stored{Event: e, Offset: int64(i)}
	}
	if err := store.Insert(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
}

// stored is a stream that holds nothing: this test inserts into the warehouse itself.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }
