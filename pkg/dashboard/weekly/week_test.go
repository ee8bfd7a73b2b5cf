package weekly

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

func in(t *testing.T, zone string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Which week is due at an instant, and since when: in zones far from UTC, and over nights on which clocks turn.
func TestLatestDue(t *testing.T) {
	f := func(zone, at, now, week, since string) {
		t.Helper()
		m, err := parseMoment(at)
		if err != nil {
			t.Fatal(err)
		}
		w, due := m.latestDue(instant(t, now), in(t, zone))
		if w.String() != week || due.UTC().Format(time.RFC3339) != since {
			t.Errorf("%s in %s at %s: %s since %s, want %s since %s", at, zone, now, w, due.UTC().Format(time.RFC3339), week, since)
		}
	}
	f("UTC", "Mon 07:00", "2026-11-23T06:59:59Z", "2026-W46", "2026-11-16T07:00:00Z")
	f("UTC", "Mon 07:00", "2026-11-23T07:00:00Z", "2026-W47", "2026-11-23T07:00:00Z")
	f("UTC", "Mon 07:00", "2026-11-30T06:00:00Z", "2026-W47", "2026-11-23T07:00:00Z")
	f("UTC", "Sun 23:30", "2026-11-29T23:30:00Z", "2026-W47", "2026-11-29T23:30:00Z")
	f("UTC", "Mon 00:00", "2027-01-04T00:00:00Z", "2026-W53", "2027-01-04T00:00:00Z")
	// Vienna: on 29 March 2026 the clocks go forward, on 25 October back.
	f("Europe/Vienna", "Mon 07:00", "2026-03-30T05:00:00Z", "2026-W13", "2026-03-30T05:00:00Z")
	f("Europe/Vienna", "Mon 07:00", "2026-03-30T04:59:59Z", "2026-W12", "2026-03-23T06:00:00Z")
	f("Europe/Vienna", "Mon 07:00", "2026-10-26T06:00:00Z", "2026-W43", "2026-10-26T06:00:00Z")
	f("Europe/Vienna", "Sun 02:30", "2026-03-29T12:00:00Z", "2026-W12", "2026-03-29T01:30:00Z") // skipped
	f("Europe/Vienna", "Sun 02:30", "2026-10-25T12:00:00Z", "2026-W42", "2026-10-25T00:30:00Z") // twice
	f("Pacific/Kiritimati", "Mon 07:00", "2026-11-22T17:00:00Z", "2026-W47", "2026-11-22T17:00:00Z")
	f("Pacific/Chatham", "Mon 07:00", "2026-04-05T19:15:00Z", "2026-W14", "2026-04-05T18:15:00Z")
	f("Asia/Kathmandu", "Mon 07:00", "2026-11-23T01:15:00Z", "2026-W47", "2026-11-23T01:15:00Z")
	f("Australia/Lord_Howe", "Sun 01:45", "2026-04-05T06:00:00Z", "2026-W13", "2026-04-04T14:45:00Z") // twice, half an hour apart
	f("America/Santiago", "Sun 00:00", "2026-09-06T12:00:00Z", "2026-W35", "2026-09-06T04:00:00Z")    // midnight is skipped
}

func TestParseWeek(t *testing.T) {
	f := func(text, monday string) {
		t.Helper()
		w, err := ParseWeek(text, time.UTC)
		if (err == nil) != (monday != "") || err == nil && (w.Monday.String() != monday || w.String() != text) {
			t.Errorf("%s: %s, %v, want %q", text, w.Monday, err, monday)
		}
	}
	f("2026-W47", "2026-11-16")
	f("2026-W01", "2025-12-29")
	f("2026-W53", "2026-12-28")
	f("2021-W01", "2021-01-04")
	f("2025-W53", "")
	f("2026-W00", "")
	f("2026-W60", "")
	f("2026-47", "")
	f("last", "")
	f("", "")
}

func TestParseMoment(t *testing.T) {
	f := func(text string, want moment, ok bool) {
		t.Helper()
		if got, err := parseMoment(text); got != want || (err == nil) != ok {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	f("Mon 07:00", moment{time.Monday, 7, 0}, true)
	f("sunday 23:59", moment{time.Sunday, 23, 59}, true)
	f("Mon 7:00", moment{}, false)
	f("Mon 24:00", moment{}, false)
	f("Montag 07:00", moment{}, false)
	f("07:00", moment{}, false)
	f("", moment{}, false)
}

// Every day of some years is in exactly the week that begins on the Monday at or before it.
func TestWeekOf(t *testing.T) {
	for d := (ledger.Date{Year: 2019, Month: time.December, Day: 1}); d.Year < 2022; d = d.Add(1) {
		w := weekOf(d, time.UTC)
		if w.Monday.UTC().Weekday() != time.Monday || d.Before(w.Monday) || w.Sunday().Before(d) {
			t.Fatalf("%s is in the week from %s to %s", d, w.Monday, w.Sunday())
		}
	}
}
