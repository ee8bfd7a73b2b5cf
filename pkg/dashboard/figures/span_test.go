package figures

import (
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

func TestSpans(t *testing.T) {
	thursday := ledger.Date{Year: 2026, Month: time.January, Day: 1}
	f := func(text, from, to string) {
		t.Helper()
		s, err := spanOf(text, thursday)
		if err != nil || s.From.String() != from || s.To.String() != to {
			t.Errorf("%s is %s to %s, %v; want %s to %s", text, s.From, s.To, err, from, to)
		}
	}
	f("today", "2026-01-01", "2026-01-01")
	f("yesterday", "2025-12-31", "2025-12-31")
	f("1d", "2026-01-01", "2026-01-01")
	f("7d", "2025-12-26", "2026-01-01")
	f("week", "2025-12-29", "2026-01-01")
	f("last-week", "2025-12-22", "2025-12-28")
	f("month", "2026-01-01", "2026-01-01")
	f("last-month", "2025-12-01", "2025-12-31")
	f("year", "2026-01-01", "2026-01-01")
	f("2024-02-28..2024-03-01", "2024-02-28", "2024-03-01")
	f("1970-01-01..1970-01-01", "1970-01-01", "1970-01-01")
	for _, bad := range []string{"", "0d", "-1d", "4000d", "d", "tomorrow", "2026-01-02..2026-01-01", "2026-01-01..", "..2026-01-01", "2026-02-29..2026-03-01", "1990-01-01..2026-01-01", "0000-01-01..0000-01-02", "1969-12-31..1970-01-01", "2148-12-31..2149-01-01", "9999-12-31..9999-12-31"} {
		if s, err := spanOf(bad, thursday); err == nil {
			t.Errorf("%q is %v, want an error", bad, s)
		}
	}
}

func TestWeeksBeginOnMondays(t *testing.T) {
	for day := range 7 { // 2026-01-05 is a Monday
		s, err := spanOf("week", ledger.Date{Year: 2026, Month: time.January, Day: 5 + day})
		if err != nil || s.From.String() != "2026-01-05" || s.days() != day+1 {
			t.Errorf("on day %d the week is %v, %v", day, s, err)
		}
	}
}

func TestBefore(t *testing.T) {
	f := func(text, compare, from, to string) {
		t.Helper()
		s, err := spanOf(text, ledger.Date{})
		if err != nil {
			t.Fatal(err)
		}
		if b := s.before(compare); b.From.String() != from || b.To.String() != to {
			t.Errorf("before %s (%s) is %s to %s, want %s to %s", text, compare, b.From, b.To, from, to)
		}
	}
	f("2026-03-01..2026-03-31", "previous", "2026-01-29", "2026-02-28")
	f("2026-03-01..2026-03-01", "previous", "2026-02-28", "2026-02-28")
	f("2026-03-01..2026-03-31", "year", "2025-03-01", "2025-03-31")
}
