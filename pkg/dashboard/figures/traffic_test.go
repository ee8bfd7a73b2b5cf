package figures

import (
	"fmt"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// TestDaysOf: an event touches the local days that it has a moment of.
func TestDaysOf(t *testing.T) {
	zone := time.FixedZone("+01", 3600)
	f := func(start, end, want string) {
		t.Helper()
		s, err := asked{zone: zone}.daysOf(start, end)
		got := s.From.String() + ".." + s.To.String()
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("%s to %s: %s, want %s", start, end, got, want)
		}
	}
	f("2026-03-01T23:30:00Z", "2026-03-01T23:30:00Z", "2026-03-02..2026-03-02")
	f("2026-03-01T22:30:00Z", "2026-03-01T23:30:00Z", "2026-03-01..2026-03-02")
	f("2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z", "2026-03-02..2026-03-02")
	f("2026-03-01T23:00:00Z", "2026-04-01T23:00:00Z", "2026-03-02..2026-04-01")
	f("2026-03-01T23:00:00Z", "2026-04-02T23:00:00Z", "refused")
	f("2026-03-05T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-05..2026-03-05")
}

// TestUsual: one unknown day makes what is usual unknown; zero is known.
func TestUsual(t *testing.T) {
	f := func(want string, views ...int) {
		t.Helper()
		var days []Point
		for _, v := range views {
			n := uint64(max(v, 0))
			p := Point{}
			if v >= 0 {
				p.Accesses = &n
			}
			days = append(days, p)
		}
		got := "unknown"
		if u := usual(days, func(p Point) *uint64 { return p.Accesses }); u != nil {
			got = fmt.Sprintf("%.2f ±%.2f", u.Mean, u.Spread)
		}
		if got != want {
			t.Errorf("%v: %s, want %s", views, got, want)
		}
	}
	f("5.00 ±2.58", 2, 4, 6, 8)
	f("0.00 ±0.00", 0, 0, 0, 0)
	f("unknown", 2, 4, 6, -1)
}

// TestComparedWeeks: the days of long events are compared with weeks that end before all of them.
func TestComparedWeeks(t *testing.T) {
	first := ledger.Date{Year: 2026, Month: time.March, Day: 10}
	f := func(days, skip int, wantFirst, wantLast string) {
		t.Helper()
		during := Span{first, first.Add(days - 1)}
		shown := Span{first.Add(-3), during.To.Add(3)}
		got := around(shown, during, skip, nil)
		if a, b := got[0].ComparedWith[0], got[len(got)-1].ComparedWith[0]; a != wantFirst || b != wantLast || b >= got[0].Day || got[0].State != "ahead" {
			t.Errorf("%d days are compared with %s and %s, want %s and %s", days, a, b, wantFirst, wantLast)
		}
	}
	f(1, 0, "2026-02-28", "2026-03-06")
	f(2, 1, "2026-02-21", "2026-02-28")
}
