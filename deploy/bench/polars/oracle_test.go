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

var zones = []string{"UTC", "Europe/Vienna", "America/New_York", "Etc/GMT+12", "Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"}

// job is a day that Polars is to compute.
type job struct {
	Site   string `json:"site"`
	Day    string `json:"day"`
	Zone   string `json:"tz"`
	Folder string `json:"folder"` // of the day's exported files
}

// TestPolarsAgrees runs random days through the rollup and the exporter, and lets Polars compute them
// from the same events: every row and every integer of the exported files must be equal.
func TestPolarsAgrees(t *testing.T) {
	dir := t.TempDir()
	t.Logf("seeds %d to %d", *seed, *seed+uint64(*seeds)-1)
	empty := &visitors{site: "polars-empty", day: ledger.Day{Date: ledger.Date{Year: 2026, Month: 6, Day: 1}, Zone: time.UTC}}
	jobs := []job{publish(t, dir, empty)}
	for i := range *seeds {
		v := newDay(t, *seed+uint64(i))
		insert(t, v.events())
		jobs = append(jobs, publish(t, dir, v))
	}
	agree(t, dir, jobs)
}

// publish runs and exports a day. Seeds may draw the same day; each is exported before the next one
// is published.
func publish(t *testing.T, dir string, v *visitors) job {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	cfg := rollup.Config{Every: time.Minute, Refresh: time.Hour, Grace: time.Hour, Wait: time.Minute}
	run, err := rollup.NewRunner(cfg, store, store, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), log).
		Run(t.Context(), v.day, ledger.Selection{Sites: []string{v.site}}, true)
	if err != nil {
		t.Fatalf("%s: %v", v.site, err)
	}
	into := filepath.Join(dir, v.site)
	if err := export.New(export.Config{Dir: into, Formats: []string{export.CSV, export.Parquet}}, store, log).Export(t.Context(), run); err != nil {
		t.Fatalf("%s: %v", v.site, err)
	}
	folders, err := filepath.Glob(filepath.Join(into, "*", v.day.Date.String()))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%s: exported into %q: %v", v.site, folders, err)
	}
	return job{v.site, v.day.Date.String(), v.day.Zone.String(), folders[0]}
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
	out, err := python.Run(t.Context(), "oracle.py", events, list)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", out)
}

// newDay draws a zone and a day, in half of all cases one whose length is not 24 hours if the zone
// has such days.
func newDay(t *testing.T, seed uint64) *visitors {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 11))
	zone, err := time.LoadLocation(zones[r.IntN(len(zones))])
	if err != nil {
		t.Fatal(err)
	}
	day := ledger.Day{Date: ledger.Date{Year: 2024, Month: 1, Day: 1}.Add(r.IntN(1000)), Zone: zone}
	odd := r.IntN(2) == 0
	for range 366 {
		if !odd || day.End().Sub(day.Start()) != 24*time.Hour {
			break
		}
		day.Date = day.Date.Add(1)
	}
	return &visitors{Rand: r, site: "polars-" + strconv.FormatUint(seed, 10), day: day}
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
