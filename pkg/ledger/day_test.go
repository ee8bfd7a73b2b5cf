package ledger

import (
	"testing"
	"time"

	_ "time/tzdata"
)

func TestDayBounds(t *testing.T) {
	f := func(zone, date, start string, hours float64) {
		t.Helper()
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDate(date, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		day := Day{d, loc}
		if got := day.Start().UTC().Format(time.RFC3339); got != start {
			t.Errorf("%s starts at %s, want %s", day, got, start)
		}
		if got := day.End().Sub(day.Start()).Hours(); got != hours {
			t.Errorf("%s has %v hours, want %v", day, got, hours)
		}
	}
	f("UTC", "2026-02-28", "2026-02-28T00:00:00Z", 24)
	f("Europe/Vienna", "2026-03-29", "2026-03-28T23:00:00Z", 23)
	f("Europe/Vienna", "2026-10-25", "2026-10-24T22:00:00Z", 25)
	f("Etc/GMT+12", "2026-01-01", "2026-01-01T12:00:00Z", 24)
	f("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 24)
	f("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z", 24)
	// Midnight skipped: the day begins at 01:00.
	f("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23)
	// Midnight repeated: the clock goes from 24:00 back to 23:00 of the same day.
	f("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", 25)
	// One minute past midnight back to 23:01 of the day before.
	f("America/St_Johns", "2010-11-07", "2010-11-07T03:30:00Z", 24)
	f("America/St_Johns", "2010-11-06", "2010-11-06T02:30:00Z", 25)
	// A date that never was, and its neighbours.
	f("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", 24)
	f("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0)
	f("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24)
}

// Days must follow each other without gap and overlap in every zone.
func TestDaysPartitionTime(t *testing.T) {
	for _, zone := range []string{"UTC", "Europe/London", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		d := Day{Date{2009, 1, 1}, loc}
		for d.Date.Year < 2013 {
			if d.End().Before(d.Start()) {
				t.Fatalf("%s ends %s before it starts %s", d, d.End(), d.Start())
			}
			middle := d.Start().Add(d.End().Sub(d.Start()) / 2)
			if d.End().After(d.Start()) && DateOf(middle.In(loc)) != d.Date {
				t.Fatalf("%s: clocks show %s in the middle of the day", d, middle.In(loc))
			}
			d.Date = d.Date.Add(1)
		}
	}
}

func TestParseDate(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, time.UTC)
	f := func(s, want string) {
		t.Helper()
		got, err := ParseDate(s, now)
		if err != nil || got.String() != want {
			t.Errorf("ParseDate(%q) = %s, %v, want %s", s, got, err, want)
		}
	}
	f("2024-02-29", "2024-02-29")
	f("TODAY", "2026-03-01")
	f("yesterday", "2026-02-28")
	for _, bad := range []string{"", "2026-02-29", "2026-2-1", "01.02.2026"} {
		if d, err := ParseDate(bad, now); err == nil {
			t.Errorf("ParseDate(%q) = %s, want an error", bad, d)
		}
	}
}
