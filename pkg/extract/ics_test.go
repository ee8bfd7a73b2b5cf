package extract

import (
	"strings"
	"testing"
	"time"
)

// ics makes a calendar of events; each is the lines of its properties, separated by blanks.
func ics(events ...string) string {
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"}
	for _, e := range events {
		lines = append(lines, "BEGIN:VEVENT", "DTSTAMP:20260101T000000Z")
		lines = append(lines, strings.Fields(e)...)
		lines = append(lines, "END:VEVENT")
	}
	return strings.Join(append(lines, "END:VCALENDAR", ""), "\r\n")
}

func TestICS(t *testing.T) {
	f := func(want string, events ...string) {
		t.Helper()
		if got := parse(t, "ics", ics(events...)); got != want {
			t.Errorf("%q\ngives %s\nwant  %s", events, got, want)
		}
	}
	// Times in UTC, in a zone, without one, with a length, and whole days.
	f("a Fair  0302T1000 0302T1100", "UID:a SUMMARY:Fair DTSTART:20260302T100000Z DTEND:20260302T110000Z")
	f("a Fair  0302T1500 0302T1500", "UID:a SUMMARY:Fair DTSTART;TZID=America/New_York:20260302T100000")
	f("a Fair  0302T0900 0302T1030", "UID:a SUMMARY:Fair DTSTART:20260302T100000 DURATION:PT1H30M")
	f("a Day  0328T2300 0329T2200", "UID:a SUMMARY:Day DTSTART;VALUE=DATE:20260329")
	f("a Days  0301T2300 0303T2300", "UID:a SUMMARY:Days DTSTART;VALUE=DATE:20260302 DTEND;VALUE=DATE:20260304")
	// What recurs keeps its hour when the clocks change; whole days keep their midnights.
	f("a/20260327T090000Z R  0327T0900 0327T1000; a/20260328T090000Z R  0328T0900 0328T1000; a/20260329T080000Z R  0329T0800 0329T0900",
		"UID:a SUMMARY:R DTSTART;TZID=Europe/Vienna:20260327T100000 DTEND;TZID=Europe/Vienna:20260327T110000 RRULE:FREQ=DAILY;COUNT=3")
	f("a/20260327T230000Z R  0327T2300 0328T2300; a/20260328T230000Z R  0328T2300 0329T2200; a/20260329T220000Z R  0329T2200 0330T2200",
		"UID:a SUMMARY:R DTSTART;VALUE=DATE:20260328 RRULE:FREQ=DAILY;UNTIL=20260330")
	f("a/20260302T100000Z R  0302T1000 0302T1000; a/20260316T100000Z R  0316T1000 0316T1000; a/20260320T100000Z R  0320T1000 0320T1000",
		"UID:a SUMMARY:R DTSTART:20260302T100000Z RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20260309T100000Z RDATE:20260320T100000Z")
	// One date moved, another cancelled.
	f("a/20260309T100000Z Moved  0310T1200 0310T1200; a/20260302T100000Z R  0302T1000 0302T1000",
		"UID:a SUMMARY:R DTSTART:20260302T100000Z RRULE:FREQ=WEEKLY;COUNT=3",
		"UID:a SUMMARY:Moved DTSTART:20260310T120000Z RECURRENCE-ID:20260309T100000Z",
		"UID:a SUMMARY:R STATUS:CANCELLED DTSTART:20260316T100000Z RECURRENCE-ID:20260316T100000Z")
	f("", "UID:a SUMMARY:Off STATUS:CANCELLED DTSTART:20260302T100000Z")
	// What is not supported is counted by reason, and the rest is read.
	good, goodLine := "UID:g SUMMARY:G DTSTART:20260302T100000Z", "g G  0302T1000 0302T1000; "
	f(goodLine+"recurs_too_often=1", good, "UID:a SUMMARY:R DTSTART:20260302T100000Z RRULE:FREQ=HOURLY")
	f(goodLine+"this_and_future=1", good, "UID:a SUMMARY:R DTSTART:20260302T100000Z RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T100000Z")
	f(goodLine+"time_or_zone=1", good, "UID:a SUMMARY:R DTSTART;TZID=Own/Zone:20260302T100000")
	f(goodLine+"recurrence=1", good, "UID:a SUMMARY:R DTSTART:20260302T100000Z RRULE:FREQ=DAILY;INTERVAL=-1")
	f(goodLine+"no_title=1; starts_at=1", good, "UID:a DTSTART:20260302T100000Z", "UID:b SUMMARY:x")
	f(goodLine+"same_id=1", good, good)
}

func TestICSFaults(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		if got := parse(t, "ics", content); got != want {
			t.Errorf("%q gives %s, want %s", content, got, want)
		}
	}
	whole := ics("UID:a SUMMARY:Fair DTSTART:20260302T100000Z")
	f(whole[:len(whole)-30], truncated)
	f("<html></html>", wrongFormat)
	f("", wrongFormat)
	f("BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n", wrongFormat)
	f("BEGIN:VCALENDAR\n0;0=\nEND:VCALENDAR", wrongFormat) // the library panics
	f(ics(), "")
}

// FuzzCalendars: no content makes a reader panic, or gives an event that the table cannot hold.
func FuzzCalendars(f *testing.F) {
	f.Add("ics", ics("UID:a SUMMARY:R DTSTART:20260302T100000Z RRULE:FREQ=WEEKLY;COUNT=3"))
	f.Add("csv", "id,title,starts_at\n1,x,2026-03-02\n")
	f.Add("json", `{"events":[{"id":"1","title":"Fair","starts_at":"2026-03-02"}]}`)
	f.Fuzz(func(t *testing.T, kind, content string) {
		read := parsers[kind]
		if read == nil || strings.Contains(content, "RRULE") && len(content) > 1000 {
			return
		}
		c := calendar{zone: time.UTC, now: func() time.Time { return noon }}
		all, err := read(&c, []byte(content))
		if err != nil {
			return
		}
		for _, e := range all.events {
			if e.wrong() != "" {
				t.Errorf("%+v: %s", e, e.wrong())
			}
		}
	})
}
