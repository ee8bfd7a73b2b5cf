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

// damping is how many times its own last run a day waits before late events make it run again, so
// that visits that go on after midnight do not keep the engine busy with yesterday; and how many times
// its own duration the search for late events pauses.
const damping = 10

// state is what is known of a zone when its due days are sought.
type state struct {
	zone     *time.Location
	now      time.Time
	complete bool // every event so far is stored, without which no day becomes final
	touched  map[ledger.Date]ledger.Touch
	broken   map[ledger.Date]string // days whose published rows are not what the ledger says
	runs     []ledger.Run           // the zone's ledger, newest first
}

// due lists the dates that must be computed now, oldest first: days without published rows, days that
// got events since or whose last run failed, unfinished days whose rows are old, days that have become
// final, and days whose rows are not those of the ledger.
func due(cfg Config, s state) []ledger.Date {
	published, failures := latest(s.runs)
	var dates []ledger.Date
	for date, touch := range s.touched {
		day := ledger.Day{Date: date, Zone: s.zone}
		if day.Start().After(s.now) || failures[date].holds(s.now) {
			continue
		}
		run, ok := published[date]
		switch {
		case ok && (failures[date].count > 0 || s.broken[date] != ""),
			ok && outdated(cfg, s.now, s.complete, day, late(touch, run), run),
			!ok && touch.Views > 0:
			dates = append(dates, date)
		}
	}
	slices.SortFunc(dates, func(a, b ledger.Date) int { return a.UTC().Compare(b.UTC()) })
	return dates
}

// outdated reports whether the published rows of a day must be replaced.
func outdated(cfg Config, now time.Time, complete bool, day ledger.Day, late bool, p ledger.Run) bool {
	if !complete || now.Before(day.End().Add(cfg.Grace)) {
		return late && now.Sub(p.Started) >= cfg.Refresh
	}
	if p.State == ledger.Provisional {
		return true
	}
	return late && now.Sub(p.Updated) >= damping*p.Updated.Sub(p.Started)
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
		switch {
		case r.State.Published():
			published[r.Date] = r
		case r.State == ledger.Failed && r.Error != abandoned:
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
