package ledger

import (
	"fmt"
	"strings"
	"time"
)

// Date is a calendar date without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf gives the date that clocks show at an instant, in the instant's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD, or "today" and "yesterday" in any case, as seen from now.
func ParseDate(s string, now time.Time) (Date, error) {
	switch strings.ToLower(s) {
	case "today":
		return DateOf(now), nil
	case "yesterday":
		return DateOf(now).Add(-1), nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("day %q must be YYYY-MM-DD, today or yesterday", s)
	}
	return DateOf(t), nil
}

// String writes YYYY-MM-DD.
func (d Date) String() string { return d.midnightUTC().Format(time.DateOnly) }

// Add moves the date by n days.
func (d Date) Add(n int) Date { return DateOf(d.midnightUTC().AddDate(0, 0, n)) }

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.midnightUTC().Before(o.midnightUTC()) }

// UTC is the date's midnight in UTC: how drivers take a date.
func (d Date) UTC() time.Time { return d.midnightUTC() }

func (d Date) midnightUTC() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}
