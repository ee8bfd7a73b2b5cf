package rollup

import (
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Redo says which days a backfill computes although they are published or have failed.
type Redo string

// What a backfill redoes. Days that are missing, or stale by late events or by older definitions, it always
// computes.
const (
	RedoNone   Redo = "none"
	RedoFailed Redo = "failed"
	RedoAll    Redo = "all"
)

// Planned is a day that a backfill computes, and why: missing, failed, stale or redo.
type Planned struct {
	Day    ledger.Day
	Reason string
}

// Plan lists the days of a zone that a backfill computes, in the order given. touched tells what all
// stored events mean for each day; runs are the zone's ledger, newest first.
func Plan(redo Redo, now time.Time, days []ledger.Day, touched map[ledger.Date]ledger.Touch, runs []ledger.Run) []Planned {
	published, failures := latest(runs)
	var plan []Planned
	for _, day := range days {
		if day.Start().After(now) {
			continue
		}
		run, ok := published[day.Date]
		if reason := reasonFor(redo, touched[day.Date], run, ok, failures[day.Date].count > 0); reason != "" {
			plan = append(plan, Planned{day, reason})
		}
	}
	return plan
}

func reasonFor(redo Redo, touch ledger.Touch, run ledger.Run, published, failed bool) string {
	switch {
	case failed && redo == RedoNone:
		return ""
	case failed:
		return "failed"
	case !published && (touch.Events > 0 || redo == RedoAll):
		return "missing"
	case published && (late(touch, run) || touch.Events > 0 && outdatedBy(run) != ""):
		return "stale"
	case redo == RedoAll:
		return "redo"
	}
	return ""
}

// late reports whether events that can change a day were stored after its run began.
func late(t ledger.Touch, run ledger.Run) bool {
	return !t.Last.IsZero() && !t.Last.Before(run.Started)
}

// SelectionOf is what a run of a zone covers.
func SelectionOf(z sites.Zone) ledger.Selection {
	return ledger.Selection{Sites: z.Sites, All: z.All, OnlyLog: z.OnlyLog, OnlyBeacon: z.OnlyBeacon}
}
