package weekly

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Week are the seven local days from a Monday on.
type Week struct {
	Monday ledger.Date
	Zone   *time.Location
}

// Sunday is its last day.
func (w Week) Sunday() ledger.Date { return w.Monday.Add(6) }

// End is the first instant after it.
func (w Week) End() time.Time { return ledger.Day{Date: w.Sunday(), Zone: w.Zone}.End() }

// String names it as ISO 8601 does.
func (w Week) String() string {
	year, n := w.Monday.UTC().ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, n)
}

// weekOf is the week of a local day.
func weekOf(d ledger.Date, zone *time.Location) Week {
	return Week{d.Add(-(int(d.UTC().Weekday()) + 6) % 7), zone}
}

// lastWeek is the last one that had ended at an instant.
func lastWeek(now time.Time, zone *time.Location) Week {
	return weekOf(ledger.DateOf(now.In(zone)).Add(-7), zone)
}

var weekPattern = regexp.MustCompile(`^(\d{4})-W(\d{2})$`)

// ParseWeek reads a week as in 2026-W47.
func ParseWeek(text string, zone *time.Location) (Week, error) {
	m := weekPattern.FindStringSubmatch(text)
	if m == nil {
		return Week{}, fmt.Errorf("week %q must be one such as 2026-W47", text)
	}
	year, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[2])
	first := weekOf(ledger.Date{Year: year, Month: time.January, Day: 4}, zone) // by ISO 8601 the 4th is always in week 1
	w := Week{first.Monday.Add(7 * (n - 1)), zone}
	if w.String() != text {
		return Week{}, fmt.Errorf("week %q does not exist: the year has fewer", text)
	}
	return w, nil
}

// moment is a time of the week, on the clocks of the site's zone.
type moment struct {
	day          time.Weekday
	hour, minute int
}

func parseMoment(text string) (moment, error) {
	wrong := fmt.Errorf("%q must be a day and a time such as \"Mon 07:00\"", text)
	name, clock, ok := strings.Cut(text, " ")
	if !ok {
		return moment{}, wrong
	}
	at, err := time.Parse("15:04", clock)
	if err != nil || len(clock) != len("15:04") {
		return moment{}, wrong
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(name, day.String()[:3]) || strings.EqualFold(name, day.String()) {
			return moment{day, at.Hour(), at.Minute()}, nil
		}
	}
	return moment{}, wrong
}

// after is when the moment comes for the first time after a week. Where clocks show it twice, that is the
// first time; where they skip it, the moment comes when it would have come without the skip.
func (m moment) after(w Week) time.Time {
	d := w.Sunday().Add(1 + (int(m.day)+6)%7)
	t := time.Date(d.Year, d.Month, d.Day, m.hour, m.minute, 0, 0, w.Zone)
	for _, turn := range []time.Duration{time.Hour, 30 * time.Minute} { // by how much clocks are turned
		if earlier := t.Add(-turn).In(w.Zone); earlier.Format(time.DateTime) == t.Format(time.DateTime) {
			return earlier
		}
	}
	if t.Hour()*60+t.Minute() < m.hour*60+m.minute {
		_, now := t.Zone()
		_, then := t.Add(3 * time.Hour).Zone()
		t = t.Add(time.Duration(then-now) * time.Second)
	}
	if start := (ledger.Day{Date: d, Zone: w.Zone}).Start(); t.Before(start) {
		return start
	}
	return t
}

// latestDue is the latest week whose moment has come, and when it came.
func (m moment) latestDue(now time.Time, zone *time.Location) (Week, time.Time) {
	w := lastWeek(now, zone)
	for {
		if at := m.after(w); !now.Before(at) {
			return w, at
		}
		w.Monday = w.Monday.Add(-7)
	}
}
