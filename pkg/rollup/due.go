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

// standings tells how the days that have events stand, oldest first; those in step with their events
// have no reason. Days are due without published rows, when they got events since or their last run has
// failed, when they are unfinished and their rows are old, when they have become final, and when their
// rows are not those of the ledger.
func standings(cfg Config, s state) []ledger.Standing {
	published, failures := latest(s.runs)
	var found []ledger.Standing
	for date, touch := range s.touched {
		run, ok := published[date]
		st := ledger.Standing{Job: ledger.Daily, Date: date, Zone: s.zone.String(), Found: s.now, Touch: touch}
		st.Reason, st.Due = reasonOf(cfg, s, ledger.Day{Date: date, Zone: s.zone}, touch, run, ok, failures[date])
		if st.Reason == ledger.Differs {
			st.Detail = s.broken[date]
		}
		found = append(found, st)
	}
	slices.SortFunc(found, func(a, b ledger.Standing) int { return a.Date.UTC().Compare(b.Date.UTC()) })
	return found
}

// reasonOf tells what is to be done with a day, and whether it is due now or a pause is on.
func reasonOf(cfg Config, s state, day ledger.Day, touch ledger.Touch, run ledger.Run, published bool, f failing) (string, bool) {
	if day.Start().After(s.now) || !published && touch.Events == 0 {
		return "", false
	}
	switch {
	case f.count > 0:
		return ledger.FailedLast, !f.holds(s.now)
	case !published:
		return ledger.Missing, true
	case s.broken[day.Date] != "":
		return ledger.Differs, true
	}
	due := outdated(cfg, s.now, s.complete, day, late(touch, run), run)
	over := !s.now.Before(day.End().Add(cfg.Grace))
	switch {
	case over && run.State == ledger.Provisional:
		return ledger.Unfinished, due
	case due || over && late(touch, run):
		return ledger.Stale, due
	}
	return "", false
}

// due lists the dates that must be computed now, oldest first.
func due(standings []ledger.Standing) []ledger.Standing {
	return slices.DeleteFunc(slices.Clone(standings), func(s ledger.Standing) bool { return !s.Due })
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
		case r.State == ledger.Failed && !r.Ended():
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
