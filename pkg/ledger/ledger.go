// Package ledger is the vocabulary of the daily runs, shared by those who plan them and those who
// store them: local days, runs and their states, and the sums that must agree.
package ledger

import (
	"strings"
	"time"

	"github.com/google/uuid"
)

// DefinitionVersion numbers the definitions that the figures follow; every published row carries it.
const DefinitionVersion = 7

// Daily is the job that fills the daily tables.
const Daily = "daily"

// State says how a run stands.
type State string

// The states of a run.
const (
	Running     State = "running"
	Provisional State = "provisional" // published, but the day was not over
	Final       State = "final"
	Failed      State = "failed"
)

// Abandoned is the error of a run whose process ended before it. It says nothing about the day, so the
// day is tried again at once.
const Abandoned = "the process that ran it has ended"

// CancelledBy begins the error of a run that a person has stopped; the name follows.
const CancelledBy = "cancelled by "

// Published reports whether a run in this state has put its rows in place.
func (s State) Published() bool { return s == Provisional || s == Final }

// Run is one attempt to publish a day.
type Run struct {
	ID                uuid.UUID
	Job               string
	Date              Date
	Zone              string
	State             State
	Started, Updated  time.Time
	Views, SpentMS    uint64
	Rows, Checksums   map[string]uint64 // by table
	Error             string
	DefinitionVersion uint16
	Cause             Cause
	AskedBy, Reason   string   // who asked for it, and why it was due
	Sites             []string // that it covers; none: every site
	Inputs            Inputs
}

// Cancelled reports whether a person has stopped the run.
func (r Run) Cancelled() bool { return r.State == Failed && strings.HasPrefix(r.Error, CancelledBy) }

// Ended reports whether the run was ended from outside. That says nothing about the day.
func (r Run) Ended() bool { return r.Cancelled() || r.State == Failed && r.Error == Abandoned }

// Cause says what began a run.
type Cause string

// The causes of runs; runs from before this was recorded have none.
const (
	BySchedule Cause = "schedule"
	ByPerson   Cause = "person"  // a request
	ByCommand  Cause = "command" // the command line
)

// Inputs are the stored events that a run reads: those of the day and of its surroundings.
type Inputs struct {
	Events                  uint64
	FirstStored, LastStored time.Time // when the first and the last of them was stored; zero without events
}

// Sums are what a table holds of one day.
type Sums struct {
	Rows, Views, SpentMS, EngagedMS uint64
	// Covered is the number of views whose time is of a known kind: evidence, gap or unknown.
	Covered  uint64
	Checksum uint64 // over all rows, whatever their order
}

// Selection says which sites a run covers: the listed ones, or every site.
type Selection struct {
	Sites []string
	All   bool
	// OnlyLog and OnlyBeacon are sites that count no view that the log has not seen, or that it alone has.
	OnlyLog, OnlyBeacon []string
}

// Staging is a day that has been computed beside the published one, under the run's id.
type Staging struct {
	Run    uuid.UUID
	Day    Day
	From   Sums            // of the views that all tables but one are made from
	Sums   map[string]Sums // by daily table
	Pairs  uint64          // views that two witnesses saw under ids of their own
	Inputs Inputs
	// CustomEvents is how many of them happened on the day.
	CustomEvents uint64
}

// EventsTable is the daily table of custom events; it counts them in the place of views.
const EventsTable = "daily_events"

// Want is what a table must sum to, but for its rows and checksum.
func (s *Staging) Want(table string) Sums {
	if table == EventsTable {
		return Sums{Views: s.CustomEvents, Covered: s.CustomEvents}
	}
	return s.From
}
