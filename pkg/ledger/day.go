package ledger

import (
	"fmt"
	"time"
)

// Day is a local day: a date in a time zone, 23, 24 or 25 hours long; a date that a zone skipped
// has no length.
type Day struct {
	Date Date
	Zone *time.Location
}

// Start is the first instant of the day, End the first instant after it.
func (d Day) Start() time.Time { return startOf(d.Date, d.Zone) }

// End is the first instant after the day.
func (d Day) End() time.Time { return startOf(d.Date.Add(1), d.Zone) }

func (d Day) String() string { return d.Date.String() + " " + d.Zone.String() }

// startOf finds where the zone's clocks last pass from before the date to the date or beyond it.
// It walks back over the zone's transitions from an instant that is past that point in every zone,
// so that a midnight that a clock change skips or repeats has one well-defined instant.
func startOf(date Date, zone *time.Location) time.Time {
	midnight := date.midnightUTC()
	at := midnight.Add(36 * time.Hour).In(zone)
	for {
		_, offset := at.Zone()
		byClock := midnight.Add(-time.Duration(offset) * time.Second)
		from, _ := at.ZoneBounds()
		if from.IsZero() || byClock.After(from) {
			return byClock
		}
		at = from.Add(-time.Nanosecond).In(zone)
		if DateOf(at).Before(date) {
			return from.UTC()
		}
	}
}

// Days lists the local days from one date to another, both included.
func Days(from, to Date, zone *time.Location) ([]Day, error) {
	if to.Before(from) {
		return nil, fmt.Errorf("the range ends on %s, before it begins on %s", to, from)
	}
	var days []Day
	for d := from; !to.Before(d); d = d.Add(1) {
		days = append(days, Day{d, zone})
	}
	return days, nil
}
