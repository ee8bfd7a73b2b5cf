package ledger

import "time"

// Why a day stands where it stands; the empty one says that nothing is to be done.
const (
	Missing    = "missing"    // it has events, and no published rows
	FailedLast = "failed"     // its last run has failed
	Stale      = "stale"      // events came after the run whose rows are published
	Unfinished = "unfinished" // its rows are provisional, and it is over
	Differs    = "differs"    // its published rows are not those of the ledger
)

// Standing is what a look at the days has found out about one of them.
type Standing struct {
	Job    string
	Date   Date
	Zone   string
	Found  time.Time // when the look began; a run that began later has changed what it found
	Reason string
	Detail string // of Differs
	Due    bool   // whether that look computes the day; if not, a pause is on
	Touch  Touch
}

// Look is one comparison of a zone's days with the ledger, with the settings that it follows.
type Look struct {
	Job, Zone                       string
	At                              time.Time
	Every, Refresh, Grace, Deadline time.Duration
	Incomplete                      string // why not all events were stored; empty: they were
	Due                             uint64 // days that it computes
	Overdue                         []Date // days that should have been final by now
}
