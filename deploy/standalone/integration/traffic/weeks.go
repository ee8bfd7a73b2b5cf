package traffic

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Weeks is the traffic of one small site over two whole weeks, the same every time: something for
// reports to report. Days of New are for breaking things; these look like what marketing sees.
// Companies come back on workdays, an article appears and is forgotten, a newsletter and an
// advertisement send readers, some browsers block the script, some leave at once, a bot crawls, a few
// visitors sign up.
type Weeks struct {
	Site string
	Days []ledger.Day
	// Events is in the order in which they happened.
	Events []event.Event
}

// TwoWeeks makes the traffic of a site from Monday, 19 January 2026, in Vienna.
func TwoWeeks(site string) (Weeks, error) {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		return Weeks{}, fmt.Errorf("load the zone of the weeks: %w", err)
	}
	first := ledger.Date{Year: 2026, Month: time.January, Day: 19}
	days, err := ledger.Days(first, first.Add(13), zone)
	if err != nil {
		return Weeks{}, fmt.Errorf("list the days of the weeks: %w", err)
	}
	w := Weeks{Site: site, Days: days}
	r := rand.New(rand.NewPCG(2026, 1))
	readers := newReaders(r)
	for i, day := range days {
		m := &maker{r, day, site}
		for _, reader := range readers {
			if m.comes(reader, i) {
				w.Events = append(w.Events, m.read(reader, i)...)
			}
		}
	}
	return w, nil
}

// On returns the events of the views that began on a day, with those of the visits across its ends.
func (w Weeks) On(day ledger.Day) (events []event.Event) {
	for _, e := range w.Events {
		if !e.Time.Before(day.Start()) && e.Time.Before(day.End()) {
			events = append(events, e)
		}
	}
	return events
}

// comes says whether a reader visits on a day: more on workdays, each with a habit of its own.
func (m *maker) comes(r reader, day int) bool {
	often := r.often
	if weekend := day%7 >= 5; weekend && r.enrich.NetworkClass == "business" {
		often /= 8
	}
	return day >= r.from && m.Float64() < often
}
