package rollups

import (
	"context"
	"flag"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dchest/siphash"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

var (
	seeds = flag.Int("seeds", 40, "random days to compare")
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

func runDay(t *testing.T, day ledger.Day, site string) ledger.Run {
	t.Helper()
	run, err := runner().Run(t.Context(), day, ledger.Selection{Sites: []string{site}}, true)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// published reads the daily tables of a day.
func published(t *testing.T, day ledger.Day) tables {
	t.Helper()
	at := map[string]string{"day": day.Date.String(), "tz": day.Zone.String()}
	out := newSums(day).out
	for _, r := range report(t, "export_daily_ip_access", at) {
		out.Access[accessKey{r["site"].(string), addr(r["ip"]), r["is_bot"].(bool)}] = access{
			Accesses: n(r["accesses"]), Sessions: n(r["sessions"]), Continued: n(r["sessions_continued"]), Visitors: n(r["visitors"]),
			Pages: n(r["pages"]), Bounces: n(r["bounces"]), SpentMS: n(r["spent_ms"]), EngagedMS: n(r["engaged_ms"]),
			Evidence: n(r["views_evidence"]), Gap: n(r["views_gap"]), Unknown: n(r["views_unknown"]), Shared: r["shared"].(bool),
			First: r["first_seen"].(time.Time).UTC(), Last: r["last_seen"].(time.Time).UTC(),
		}
	}
	for _, r := range report(t, "export_daily_ip_time", at) {
		out.Time[timeKey{accessKey{r["site"].(string), addr(r["ip"]), r["is_bot"].(bool)}, r["path"].(string)}] = times(r)
	}
	for _, r := range report(t, "export_daily_page_time", at) {
		out.Pages[pageKey{r["site"].(string), r["path"].(string), r["is_bot"].(bool)}] = page{
			spent: times(r), Addresses: n(r["addresses"]), Median: r["median_ms"].(*uint64), Histogram: r["histogram"].([]uint64),
		}
	}
	publishedSessions(t, at, out)
	return out
}

func publishedSessions(t *testing.T, at map[string]string, out tables) {
	t.Helper()
	for _, r := range report(t, "export_daily_sessions", at) {
		out.Sessions[sessionKey{r["site"].(string), addr(r["ip"]), n(r["agent"]), r["started_at"].(time.Time).UTC()}] = session{
			IsBot: r["is_bot"].(bool), Continued: r["continued"].(bool), Bounce: r["bounce"].(bool), DurationMS: n(r["duration_ms"]),
			Views: n(r["views"]), Entry: r["entry_path"].(string), Exit: r["exit_path"].(string), SpentMS: n(r["spent_ms"]),
			EngagedMS: n(r["engaged_ms"]), Evidence: n(r["views_evidence"]), Gap: n(r["views_gap"]), Unknown: n(r["views_unknown"]), Source: from(r),
		}
	}
	for _, r := range report(t, "export_daily_sources", at) {
		out.Sources[sourceKey{r["site"].(string), from(r), r["is_bot"].(bool)}] = source{
			n(r["accesses"]), n(r["sessions"]), n(r["sessions_continued"]), n(r["bounces"]), n(r["spent_ms"]),
		}
	}
	for _, r := range report(t, "export_daily_site", at) {
		out.Sites[siteKey{r["site"].(string), r["is_bot"].(bool)}] = siteDay{
			Accesses: n(r["accesses"]), Addresses: n(r["addresses"]), Visitors: n(r["visitors"]), Sessions: n(r["sessions"]),
			Bounces: n(r["bounces"]), SpentMS: n(r["spent_ms"]),
			ByHour: r["accesses_by_hour"].([]uint64), SpentByHour: r["spent_ms_by_hour"].([]uint64),
		}
	}
}

func times(r map[string]any) spent {
	return spent{n(r["accesses"]), n(r["entries"]), n(r["exits"]), n(r["spent_ms"]), n(r["engaged_ms"]),
		n(r["views_evidence"]), n(r["views_gap"]), n(r["views_unknown"])}
}

func from(r map[string]any) string {
	return strings.Join([]string{r["channel"].(string), r["referrer_host"].(string), r["utm_source"].(string), r["utm_medium"].(string), r["utm_campaign"].(string)}, " ")
}

func report(t *testing.T, name string, values map[string]string) []map[string]any {
	t.Helper()
	columns, rows, err := store.Report(t.Context(), name, values)
	if err != nil {
		t.Fatal(err)
	}
	named := make([]map[string]any, len(rows))
	for i, row := range rows {
		named[i] = map[string]any{}
		for j, c := range columns {
			named[i][c] = row[j]
		}
	}
	return named
}

func n(v any) uint64 { return v.(uint64) }

// sipHash is ClickHouse's, so that sessions can be told apart.
func sipHash(s string) uint64 { return siphash.Hash(0, 0, []byte(s)) }

func addr(v any) netip.Addr {
	a, _ := netip.AddrFromSlice(v.(net.IP))
	return a.Unmap()
}

// sameAddr lets cmp look at addresses, which keep their fields to themselves.
var sameAddr = cmp.Options{
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmp.AllowUnexported(page{}),
}

func compare(t *testing.T, events []event.Event, day ledger.Day) {
	t.Helper()
	if diff := cmp.Diff(oracle(events, day), published(t, day), sameAddr); diff != "" {
		t.Errorf("daily tables (-oracle +published):\n%s", diff)
	}
}

// zones are unusual on purpose; dates hold both clock changes.
var zones = []string{"UTC", "Europe/Vienna", "America/New_York", "Etc/GMT+12", "Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"}

func TestRandomDays(t *testing.T) {
	for i := range *seeds {
		s := *seed + uint64(i)
		t.Run(strconv.FormatUint(s, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(s, 7))
			zone, err := time.LoadLocation(zones[r.IntN(len(zones))])
			if err != nil {
				t.Fatal(err)
			}
			// Each seed has a day of its own, so that no run replaces another's partition.
			date := ledger.Date{Year: 2024, Month: 3, Day: 1}.Add(int(s) * 4)
			if r.IntN(3) == 0 {
				date = ledger.Date{Year: 2025 + int(s), Month: 3, Day: 30}
			}
			m := &dayMaker{Rand: r, site: "random-" + strconv.FormatUint(s, 10), day: ledger.Day{Date: date, Zone: zone}}
			events := m.events()
			insert(t, events)
			first := runDay(t, m.day, m.site)
			compare(t, events, m.day)

			insert(t, events[:len(events)/2]) // half of it comes again
			defer func(usual uint64) { store.ViewsPerBucket = usual }(store.ViewsPerBucket)
			store.ViewsPerBucket = uint64(len(events)) / (2 + r.Uint64N(6)) // and the day is cut into several buckets
			again := runDay(t, m.day, m.site)
			if diff := cmp.Diff(first.Checksums, again.Checksums); diff != "" {
				t.Errorf("a rerun after repeats has other checksums (-first +again):\n%s", diff)
			}
		})
	}
}

// TestWorkedExample is the example of the definitions, to the millisecond.
func TestWorkedExample(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2023, Month: 5, Day: 4}, Zone: time.UTC}
	m := &dayMaker{Rand: rand.New(rand.NewPCG(1, 1)), site: "worked-example", day: day}
	at := func(h, min, s int) time.Time { return day.Start().Add(time.Duration(h*3600+min*60+s) * time.Second) }
	view := func(start time.Time, path string, w event.Witness) event.Event {
		id := m.id(start)
		return event.Event{
			ID: id, ViewID: id, Site: m.site, Kind: event.Pageview, Witness: w, Time: start, Received: start,
			Address: netip.MustParseAddr("203.0.113.7"), AddressMode: event.Full, UserAgent: "one", Path: path,
		}
	}
	first := view(at(10, 0, 0), "/a", event.Beacon)
	ping := first
	ping.ID, ping.Kind, ping.Engaged = m.id(at(10, 0, 40)), event.Engagement, 40_000
	ping.Time, ping.Received = at(10, 0, 40), at(10, 0, 40)
	events := []event.Event{ping, first, view(at(10, 5, 0), "/b", event.LogLine), view(at(10, 20, 0), "/c", event.LogLine), view(at(11, 30, 0), "/a", event.LogLine)}
	insert(t, events)
	runDay(t, day, m.site)
	got := published(t, day)
	who := accessKey{m.site, netip.MustParseAddr("203.0.113.7"), false}
	if diff := cmp.Diff(map[accessKey]access{who: {
		Accesses: 4, Sessions: 2, Visitors: 1, Pages: 3, Bounces: 1, SpentMS: 940_000, EngagedMS: 40_000,
		Evidence: 1, Gap: 1, Unknown: 2, First: at(10, 0, 0), Last: at(11, 30, 0),
	}}, got.Access, sameAddr); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[timeKey]spent{
		{who, "/a"}: {Accesses: 2, Entries: 2, Exits: 1, SpentMS: 40_000, EngagedMS: 40_000, Evidence: 1, Unknown: 1},
		{who, "/b"}: {Accesses: 1, SpentMS: 900_000, Gap: 1},
		{who, "/c"}: {Accesses: 1, Exits: 1, Unknown: 1},
	}, got.Time, sameAddr); diff != "" {
		t.Error(diff)
	}
}

// TestEmptiedDay: a day whose events are gone publishes nothing, and says so in the ledger.
func TestEmptiedDay(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2022, Month: 1, Day: 1}, Zone: time.UTC}
	m := &dayMaker{Rand: rand.New(rand.NewPCG(2, 2)), site: "emptied", day: day}
	insert(t, m.events())
	runDay(t, day, m.site)
	if len(published(t, day).Access) == 0 {
		t.Fatal("the day has no rows before it is emptied")
	}
	run := runDay(t, day, "a-site-without-events")
	if diff := cmp.Diff(newSums(day).out, published(t, day), sameAddr); diff != "" || run.State != ledger.Final || run.Views != 0 {
		t.Errorf("the emptied day holds %s, its run is %+v", diff, run)
	}
}

// TestFailedRun: a run that cannot finish leaves the published rows, and the ledger says why.
func TestFailedRun(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2022, Month: 2, Day: 1}, Zone: time.UTC}
	m := &dayMaker{Rand: rand.New(rand.NewPCG(3, 3)), site: "failed", day: day}
	insert(t, m.events())
	runDay(t, day, m.site)
	before := published(t, day)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := runner().Run(ctx, day, ledger.Selection{Sites: []string{m.site}}, true); err == nil {
		t.Fatal("a cancelled run succeeded")
	}
	after := published(t, day)
	if diff := cmp.Diff(before, after, sameAddr); diff != "" {
		t.Error(diff)
	}
}
