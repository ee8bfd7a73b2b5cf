package rollup

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/ledger"

	_ "time/tzdata"
)

var cfg = Config{Every: time.Minute, Refresh: time.Hour, Grace: time.Hour}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err) // a fault of the test's own text
	}
	return t
}

func date(s string) ledger.Date {
	d, err := ledger.ParseDate(s, time.Time{})
	if err != nil {
		panic(err) // a fault of the test's own text
	}
	return d
}

func run(day string, state ledger.State, started string) ledger.Run {
	return ledger.Run{Date: date(day), State: state, Started: at(started), Updated: at(started), DefinitionVersion: ledger.DefinitionVersion}
}

func TestDue(t *testing.T) {
	f := func(what, now string, stored map[string]string, runs []ledger.Run, want ...string) {
		t.Helper()
		touched := map[ledger.Date]ledger.Touch{}
		for d, s := range stored {
			touched[date(d)] = ledger.Touch{Last: at(s), Events: 1}
		}
		s := state{zone: time.UTC, now: at(now), complete: !strings.Contains(what, "incomplete"), touched: touched, runs: runs}
		var got []string
		for _, d := range due(standings(cfg, s)) {
			got = append(got, d.Date.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	now := "2026-05-10 12:00"
	f("nothing stored", now, nil, nil)
	f("missing days come oldest first", now, map[string]string{"2026-05-10": now, "2015-05-17": now, "2026-05-09": now}, nil,
		"2015-05-17", "2026-05-09", "2026-05-10")
	f("a day that has not begun waits", now, map[string]string{"2026-05-11": now}, nil)
	f("a final day without late events rests", now, map[string]string{"2026-05-01": "2026-05-01 23:00"},
		[]ledger.Run{run("2026-05-01", ledger.Final, "2026-05-02 01:00")})
	f("a late event makes its day stale", now, map[string]string{"2026-05-01": "2026-05-03 10:00", "2026-05-02": "2026-05-02 10:00"},
		[]ledger.Run{run("2026-05-02", ledger.Final, "2026-05-03 01:00"), run("2026-05-01", ledger.Final, "2026-05-02 01:00")}, "2026-05-01")
	f("a provisional day becomes final after the grace", "2026-05-11 01:00", map[string]string{"2026-05-10": "2026-05-10 10:00"},
		[]ledger.Run{run("2026-05-10", ledger.Provisional, "2026-05-10 11:30")}, "2026-05-10")
	f("but not before", "2026-05-11 00:59", map[string]string{"2026-05-10": "2026-05-10 10:00"},
		[]ledger.Run{run("2026-05-10", ledger.Provisional, "2026-05-10 11:30")})
	f("provisional rows are refreshed hourly", now, map[string]string{"2026-05-10": now},
		[]ledger.Run{run("2026-05-10", ledger.Provisional, "2026-05-10 11:00")}, "2026-05-10")
	f("not more often", now, map[string]string{"2026-05-10": now},
		[]ledger.Run{run("2026-05-10", ledger.Provisional, "2026-05-10 11:01")})
	f("with incomplete events it stays provisional", "2026-05-11 01:00", map[string]string{"2026-05-10": "2026-05-10 10:00"},
		[]ledger.Run{run("2026-05-10", ledger.Provisional, "2026-05-10 11:30")})
	f("a failed day waits a minute", now, map[string]string{"2026-05-01": now},
		[]ledger.Run{run("2026-05-01", ledger.Failed, "2026-05-10 12:00")})
	f("and is tried again then", "2026-05-10 12:01", map[string]string{"2026-05-01": now},
		[]ledger.Run{run("2026-05-01", ledger.Failed, "2026-05-10 12:00")}, "2026-05-01")
	f("after three failures it waits four minutes", "2026-05-10 12:03", map[string]string{"2026-05-01": now},
		[]ledger.Run{run("2026-05-01", ledger.Failed, "2026-05-10 12:00"), run("2026-05-01", ledger.Failed, "2026-05-10 11:58"), run("2026-05-01", ledger.Failed, "2026-05-10 11:57")})
	f("a run that never ended is done again", now, map[string]string{"2026-05-01": now},
		[]ledger.Run{run("2026-05-01", ledger.Running, "2026-05-10 11:00")}, "2026-05-01")
}

// A pause must end within an hour, however often a day has failed.
func TestPauseIsBounded(t *testing.T) {
	for count := range 200 {
		f := failing{count: count, last: at("2026-05-10 12:00")}
		if f.holds(at("2026-05-10 13:00")) {
			t.Fatalf("after %d failures the pause is longer than an hour", count)
		}
	}
}

func TestCheck(t *testing.T) {
	good := ledger.Sums{Rows: 1, Views: 4, SpentMS: 940_000, EngagedMS: 40_000, Covered: 4}
	f := func(name string, change func(*ledger.Sums), ok bool) {
		t.Helper()
		sums := good
		change(&sums)
		err := check(&ledger.Staging{From: good, Sums: map[string]ledger.Sums{"daily_ip_time": sums}})
		if (err == nil) != ok {
			t.Errorf("%s: check gives %v", name, err)
		}
	}
	f("equal sums", func(*ledger.Sums) {}, true)
	f("another number of rows", func(s *ledger.Sums) { s.Rows = 9 }, true)
	f("a lost view", func(s *ledger.Sums) { s.Views, s.Covered = 3, 3 }, false)
	f("lost time", func(s *ledger.Sums) { s.SpentMS-- }, false)
	f("invented evidence", func(s *ledger.Sums) { s.EngagedMS++ }, false)
	f("a view of no kind", func(s *ledger.Sums) { s.Covered-- }, false)
}

func TestCheckCustomEvents(t *testing.T) {
	f := func(name string, sums ledger.Sums, ok bool) {
		t.Helper()
		from := ledger.Sums{Views: 4, SpentMS: 940_000, EngagedMS: 40_000, Covered: 4}
		err := check(&ledger.Staging{From: from, CustomEvents: 3, Sums: map[string]ledger.Sums{ledger.EventsTable: sums}})
		if (err == nil) != ok {
			t.Errorf("%s: check gives %v", name, err)
		}
	}
	f("all of them", ledger.Sums{Rows: 3, Views: 3, Covered: 3}, true)
	f("one is missing", ledger.Sums{Rows: 2, Views: 2, Covered: 2}, false)
	f("one is there twice", ledger.Sums{Rows: 3, Views: 3, Covered: 2}, false)
}
