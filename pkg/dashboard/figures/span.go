package figures

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Span is a range of local days, both included.
type Span struct {
	From ledger.Date
	To   ledger.Date
}

// maxDays bounds a range: ten years.
const maxDays = 3660

// days is how many days the span has.
func (s Span) days() int {
	return int(utc(s.To).Sub(utc(s.From)).Hours()/24) + 1
}

func utc(d ledger.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// before is the span of the same length right before this one, or the same days a year earlier.
func (s Span) before(compare string) Span {
	if compare == "year" {
		return Span{ledger.DateOf(utc(s.From).AddDate(-1, 0, 0)), ledger.DateOf(utc(s.To).AddDate(-1, 0, 0))}
	}
	return Span{s.From.Add(-s.days()), s.From.Add(-1)}
}

// spanOf reads a range: today, yesterday, 7d (the last 7 days, today included), week and month (this
// one so far), last-week, last-month, year, or FROM..TO.
func spanOf(text string, today ledger.Date) (Span, error) {
	monday := today.Add(-(int(utc(today).Weekday()) + 6) % 7)
	first := ledger.Date{Year: today.Year, Month: today.Month, Day: 1}
	switch text {
	case "today":
		return Span{today, today}, nil
	case "yesterday":
		return Span{today.Add(-1), today.Add(-1)}, nil
	case "week":
		return Span{monday, today}, nil
	case "last-week":
		return Span{monday.Add(-7), monday.Add(-1)}, nil
	case "month":
		return Span{first, today}, nil
	case "last-month":
		last := first.Add(-1)
		return Span{ledger.Date{Year: last.Year, Month: last.Month, Day: 1}, last}, nil
	case "year":
		return Span{ledger.Date{Year: today.Year, Month: time.January, Day: 1}, today}, nil
	}
	if n, ok := strings.CutSuffix(text, "d"); ok {
		if days, err := strconv.Atoi(n); err == nil && days >= 1 && days <= maxDays {
			return Span{today.Add(1 - days), today}, nil
		}
	}
	from, to, ok := strings.Cut(text, "..")
	if !ok {
		return Span{}, fmt.Errorf("range %q must be today, yesterday, week, last-week, month, last-month, year, a number of days such as 30d, or FROM..TO as in 2026-01-01..2026-01-31", text)
	}
	return explicit(from, to)
}

func explicit(from, to string) (s Span, err error) {
	if s.From, err = date(from); err != nil {
		return s, err
	}
	if s.To, err = date(to); err != nil {
		return s, err
	}
	if s.To.Before(s.From) {
		return s, fmt.Errorf("the range ends on %s, before it begins on %s", s.To, s.From)
	}
	if s.days() > maxDays {
		return s, fmt.Errorf("the range from %s to %s has %d days; at most %d can be asked for", s.From, s.To, s.days(), maxDays)
	}
	return s, nil
}

// firstYear and lastYear bound what can be asked for: ClickHouse knows the days from 1970 to June 2149.
const firstYear, lastYear = 1970, 2148

func date(text string) (ledger.Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return ledger.Date{}, fmt.Errorf("day %q must be a date such as 2026-01-31", text)
	}
	if t.Year() < firstYear || t.Year() > lastYear {
		return ledger.Date{}, fmt.Errorf("day %q must lie in the years %d to %d", text, firstYear, lastYear)
	}
	return ledger.DateOf(t), nil
}
