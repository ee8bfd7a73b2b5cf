package polars_test

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/oracle"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/export"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

var (
	seeds = flag.Int("seeds", 10, "random days to compare")
	seed  = flag.Uint64("seed", 1, "first seed")
)

// job is a day that Polars is to compute.
type job struct {
	Sites  []string `json:"sites"`
	Day    string   `json:"day"`
	Zone   string   `json:"tz"`
	Folder string   `json:"folder"` // of the day's exported files
}

// TestPolarsAgrees runs random days through the rollup and the exporter, holds what is published against
// the oracle in plain Go, and lets Polars compute all of them from the same events: every row and every
// integer of all eleven exported tables must be equal. One seed alone: -seed N -seeds 1.
func TestPolarsAgrees(t *testing.T) {
	dir := t.TempDir()
	t.Logf("seeds %d to %d", *seed, *seed+uint64(*seeds)-1)
	empty := traffic.Day{Day: ledger.Day{Date: ledger.Date{Year: 2026, Month: 6, Day: 1}, Zone: time.UTC}, Sites: []string{"polars-empty"}}
	jobs := []job{publish(t, dir, empty)}
	for i := range *seeds {
		day, err := traffic.New("polars", *seed+uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		switch i % 4 {
		case 1, 3:
			day.WithPrograms()
		case 2:
			if err := day.WithHabits(*seed + uint64(i)); err != nil {
				t.Fatal(err)
			}
		}
		insert(t, day.Events)
		jobs = append(jobs, publish(t, dir, day))
	}
	agree(t, dir, jobs)
}

// publish runs, checks and exports a day. Seeds may draw the same day; each is exported before the next
// one is published.
func publish(t *testing.T, dir string, day traffic.Day) job {
	t.Helper()
	name, log := day.Sites[0], slog.New(slog.DiscardHandler)
	cfg := rollup.Config{Every: time.Minute, Refresh: time.Hour, Grace: time.Hour, Wait: time.Minute}
	run, err := rollup.NewRunner(cfg, store, store, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), log).
		Run(t.Context(), day.Day, ledger.Selection{Sites: day.Sites}, true)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	published, err := oracle.Published(t.Context(), store, day.Day)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if diff := oracle.Diff(oracle.Of(day.Events, day.Day), published); diff != "" {
		t.Errorf("%s, %s: daily tables (-oracle +published):\n%s", name, day, diff)
	}
	into := filepath.Join(dir, name)
	if err := export.New(export.Config{Dir: into, Formats: []string{export.CSV, export.Parquet}}, store, log).Export(t.Context(), run); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	folders, err := filepath.Glob(filepath.Join(into, "*", day.Date.String()))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%s: exported into %q: %v", name, folders, err)
	}
	return job{day.Sites, day.Date.String(), day.Zone.String(), folders[0]}
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
