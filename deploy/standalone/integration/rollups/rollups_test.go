package rollups

import (
	"context"
	"flag"
	"log/slog"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/oracle"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

var (
	seeds = flag.Int("seeds", 10, "random days to compare")
	seed  = flag.Uint64("seed", 1, "first seed")
)

func runner() *rollup.Runner {
	return rollup.NewRunner(rollup.Config{Grace: time.Hour, Every: time.Minute, Refresh: time.Hour}, store, store, stored{},
		rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
}

// stored is a stream that holds nothing: these tests insert into the warehouse themselves.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }

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

func runDay(t *testing.T, day ledger.Day, sites ...string) ledger.Run {
	t.Helper()
	run, err := runner().Run(t.Context(), day, ledger.Selection{Sites: sites}, true)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// published reads the daily tables of a day.
func published(t *testing.T, day ledger.Day) oracle.Tables {
	t.Helper()
	tables, err := oracle.Published(t.Context(), store, day)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func compare(t *testing.T, events []event.Event, day ledger.Day) {
	t.Helper()
	if diff := oracle.Diff(oracle.Of(events, day), published(t, day)); diff != "" {
		t.Errorf("%s: daily tables (-oracle +published):\n%s", day, diff)
	}
}

// compareWitnesses: page_views, which analysts read, tells the same as daily_site.
func compareWitnesses(t *testing.T, day traffic.Day) {
	t.Helper()
	for key, row := range published(t, day.Day)["daily_site"] {
		if row["is_bot"] == true || slices.Contains(day.Sites[3:], row["site"].(string)) {
			continue // page_views does not know what is decided of a visitor's whole day
		}
		const instant = "2006-01-02 15:04:05.000"
		columns, rows, err := store.Report(t.Context(), "witnesses", map[string]string{
			"site": row["site"].(string), "tz": day.Zone.String(),
			"from": day.Start().UTC().Format(instant), "to": day.End().UTC().Format(instant),
		})
		if err != nil {
			t.Fatal(err)
		}
		got, want := oracle.Row{}, oracle.Row{}
		for i, column := range columns {
			if !strings.HasPrefix(column, "views_") {
				continue
			}
			sum := uint64(0)
			for _, r := range rows {
				sum += r[i].(uint64)
			}
			got[column], want[column] = sum, row[column]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s: witnesses (-daily_site +page_views):\n%s", day, key, diff)
		}
	}
}

func random(t *testing.T, prefix string, seed uint64) traffic.Day {
	t.Helper()
	day, err := traffic.New(prefix, seed)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func withHabits(t *testing.T, day *traffic.Day, seed uint64) {
	t.Helper()
	if err := day.WithHabits(seed); err != nil {
		t.Fatal(err)
	}
}

// TestRandomDays: every row and every column of what is published is what the oracle computes, before
// and after the late events have come. One seed alone: -seed N -seeds 1.
func TestRandomDays(t *testing.T) {
	for i := range *seeds {
		s := *seed + uint64(i)
		t.Run(strconv.FormatUint(s, 10), func(t *testing.T) {
			day := random(t, "random", s)
			if s%4 == 0 {
				withHabits(t, &day, s)
			}
			insert(t, day.Early())
			runDay(t, day.Day, day.Sites...)
			compare(t, day.Early(), day.Day)

			insert(t, day.Events[len(day.Events)-day.Late:])
			insert(t, day.Events[:len(day.Events)/3]) // a batch comes again
			defer func(usual uint64) { store.ViewsPerBucket = usual }(store.ViewsPerBucket)
			store.ViewsPerBucket = uint64(len(day.Events)) / (2 + s%6) // the day is cut into several buckets
			runDay(t, day.Day, day.Sites...)
			compare(t, day.Events, day.Day)
			compareWitnesses(t, day)
		})
	}
}

// TestWitnessesThatCount: a site may count what the log has seen, or what the browser has sent, alone.
func TestWitnessesThatCount(t *testing.T) {
	for i := range uint64(4) {
		day := random(t, "counting", *seed+i)
		onlyLog, onlyBeacon := []string{day.Sites[0]}, []string{day.Sites[1]}
		if i < 2 {
			withHabits(t, &day, *seed+i)
			one := []*[]string{&onlyLog, &onlyBeacon}[i]
			*one = append(*one, day.Sites[3]) // where silence is a sign only as long as both witnesses count
		}
		insert(t, day.Events)
		sel := ledger.Selection{Sites: day.Sites, OnlyLog: onlyLog, OnlyBeacon: onlyBeacon}
		if _, err := runner().Run(t.Context(), day.Day, sel, true); err != nil {
			t.Fatal(err)
		}
		want := oracle.Counting(day.Events, day.Day, func(site string, byLog, byOther bool) bool {
			return (!slices.Contains(onlyLog, site) || byLog) && (!slices.Contains(onlyBeacon, site) || byOther)
		})
		if diff := oracle.Diff(want, published(t, day.Day)); diff != "" {
			t.Errorf("seed %d, %s: daily tables (-oracle +published):\n%s", *seed+i, day, diff)
		}
	}
}

// TestWorkedExample is the example of the definitions, to the millisecond.
func TestWorkedExample(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2023, Month: 5, Day: 4}, Zone: time.UTC}
	ip := netip.MustParseAddr("203.0.113.7")
	at := func(h, min, s int) time.Time { return day.Start().Add(time.Duration(h*3600+min*60+s) * time.Second) }
	view := func(start time.Time, path string, w event.Witness) event.Event {
		id := event.NewID(start)
		return event.Event{
			ID: id, ViewID: id, Site: "worked-example", Kind: event.Pageview, Witness: w, Time: start, Received: start,
			Address: ip, AddressMode: event.Full, UserAgent: "one", Path: path,
		}
	}
	first := view(at(10, 0, 0), "/a", event.Beacon)
	ping := first
	ping.ID, ping.Kind, ping.Engaged = event.NewID(at(10, 0, 40)), event.Engagement, 40_000
	ping.Time, ping.Received = at(10, 0, 40), at(10, 0, 40)
	events := []event.Event{ping, first, view(at(10, 5, 0), "/b", event.LogLine), view(at(10, 20, 0), "/c", event.LogLine), view(at(11, 30, 0), "/a", event.LogLine)}
	insert(t, events)
	runDay(t, day, "worked-example")
	compare(t, events, day)
	rows := published(t, day)
	f := func(table, key string, want oracle.Row) {
		t.Helper()
		got := oracle.Row{}
		for column := range want {
			got[column] = rows[table][key][column]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", table, key, diff)
		}
	}
	n := func(accesses, spent, evidence, gap, unknown uint64) oracle.Row {
		return oracle.Row{"accesses": accesses, "spent_ms": spent, "views_evidence": evidence, "views_gap": gap, "views_unknown": unknown}
	}
	f("daily_ip_access", "worked-example | 203.0.113.7 | false", n(4, 940_000, 1, 1, 2))
	f("daily_ip_access", "worked-example | 203.0.113.7 | false", oracle.Row{"sessions": uint64(2), "engaged_ms": uint64(40_000), "bounces": uint64(1)})
	f("daily_ip_time", "worked-example | 203.0.113.7 | /a | false", n(2, 40_000, 1, 0, 1))
	f("daily_page_time", "worked-example | /b | false", n(1, 900_000, 0, 1, 0))
	f("daily_page_time", "worked-example | /c | false", n(1, 0, 0, 0, 1))
	f("daily_networks", "worked-example | 0 |  |  |  | false", n(4, 940_000, 1, 1, 2))
	f("daily_sources", "worked-example | direct |  |  |  |  | false", n(4, 940_000, 1, 1, 2))
	f("daily_site", "worked-example | false", n(4, 940_000, 1, 1, 2))
}

// TestEmptiedDay: a day whose events are gone publishes nothing, and says so in the ledger.
func TestEmptiedDay(t *testing.T) {
	day := random(t, "emptied", 2)
	insert(t, day.Events)
	runDay(t, day.Day, day.Sites...)
	if len(published(t, day.Day)["daily_site"]) == 0 {
		t.Fatal("the day has no rows before it is emptied")
	}
	run := runDay(t, day.Day, "a-site-without-events")
	if diff := oracle.Diff(oracle.Of(nil, day.Day), published(t, day.Day)); diff != "" || run.State != ledger.Final || run.Views != 0 {
		t.Errorf("the emptied day holds %s, its run is %+v", diff, run)
	}
}

// TestFailedRun: a run that cannot finish leaves the published rows, and the ledger says why.
func TestFailedRun(t *testing.T) {
	day := random(t, "failed", 3)
	insert(t, day.Events)
	runDay(t, day.Day, day.Sites...)
	before := published(t, day.Day)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := runner().Run(ctx, day.Day, ledger.Selection{Sites: day.Sites}, true); err == nil {
		t.Fatal("a cancelled run succeeded")
	}
	if diff := oracle.Diff(before, published(t, day.Day)); diff != "" {
		t.Error(diff)
	}
}
