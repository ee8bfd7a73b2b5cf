package rollup

import (
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Limits of the pause before a failed day is tried again.
const (
	firstRetry = time.Minute
	lastRetry  = time.Hour
)

// due lists the dates of one zone that must be computed now, oldest first: days without published
// rows, days that got events since, unfinished days whose rows are old, and days that have become
// final. complete says that every event so far is stored, without which no day becomes final; stored
// tells when each day last got an event; runs are the zone's ledger, newest first.
func due(cfg Config, now time.Time, complete bool, zone *time.Location, stored map[ledger.Date]time.Time, runs []ledger.Run) []ledger.Date {
	published, failures := latest(runs)
	var dates []ledger.Date
	for date, last := range stored {
		day := ledger.Day{Date: date, Zone: zone}
		if day.Start().After(now) || failures[date].holds(now) {
			continue
		}
		if p, ok := published[date]; !ok || outdated(cfg, now, complete, day, last, p) {
			dates = append(dates, date)
		}
	}
	slices.SortFunc(dates, func(a, b ledger.Date) int { return a.UTC().Compare(b.UTC()) })
	return dates
}

// outdated reports whether the published rows of a day must be replaced.
func outdated(cfg Config, now time.Time, complete bool, day ledger.Day, last time.Time, p ledger.Run) bool {
	late := !last.Before(p.Started)
	if !complete || now.Before(day.End().Add(cfg.Grace)) {
		return late && now.Sub(p.Started) >= cfg.Refresh
	}
	return late || p.State == ledger.Provisional
}

// failing counts the failed runs of a day since it was last published.
type failing struct {
	count int
	last  time.Time
}

// holds reports whether the pause after the last failure is still on: 1 min, doubled each time, at
// most 1 h.
func (f failing) holds(now time.Time) bool {
	if f.count == 0 {
		return false
	}
	pause := min(firstRetry<<min(f.count-1, 16), lastRetry)
	return now.Before(f.last.Add(pause))
}

// latest finds, by date, the newest published run and the failures after it.
func latest(newestFirst []ledger.Run) (map[ledger.Date]ledger.Run, map[ledger.Date]failing) {
	published, failures := map[ledger.Date]ledger.Run{}, map[ledger.Date]failing{}
	for _, r := range newestFirst {
		if _, ok := published[r.Date]; ok {
			continue
		}
		switch r.State {
		case ledger.Provisional, ledger.Final:
			published[r.Date] = r
		case ledger.Failed:
			f := failures[r.Date]
			if f.count == 0 {
				f.last = r.Updated
			}
			f.count++
			failures[r.Date] = f
		}
	}
	return published, failures
}
