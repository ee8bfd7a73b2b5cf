// Package extract reads what happened, or will happen, outside the sites: rocket launches of the Launch
// Library, and calendars as CSV, ICS and JSON. It goes into the table external_events.
//
// Nothing is called unless a setting says so. A source is read when it is due; one process of several
// does it, the one that leads. All of an answer is read and checked before any of it is written, so that
// a failure leaves the last good events, marked stale until the source can be read again. A call is
// noted in external_sources before it is made: a restart does not forget how many an hour had.
//
// An event whose source tells when it changed is never overwritten by an older state of it. One that is
// no longer listed and not past is marked gone; what is past stays.
package extract

import (
	"context"
	"time"
)

// Event is something that a source tells.
type Event struct {
	ID     string
	Site   string // empty: all
	Title  string
	URL    string
	Status string
	Starts time.Time
	Ends   time.Time // Starts, when it has no length
	// Details is what else the source tells. LastUpdated is among them when the source tells it.
	Details map[string]string
}

// LastUpdated is the detail that says when the source changed an event: UTC as stamped, so that texts
// compare as times do.
const LastUpdated = "last_updated"

// stored is an event as the table has it.
type stored struct {
	Event
	Gone  bool
	Stale bool
}

// batch is what one reading of a source gave.
type batch struct {
	events []Event
	// complete says that what is not among the events is no longer announced.
	complete bool
	refused  map[string]int // entries that could not be used, by reason
}

// refuse counts an entry that cannot be used. What it stands for must not be taken for gone.
func (b *batch) refuse(reason string) {
	if b.refused == nil {
		b.refused = map[string]int{}
	}
	b.refused[reason]++
	b.complete = false
}

// source is where events come from.
type source interface {
	// read reads all events; it asks spend before each call of another server. Its errors are failures.
	read(ctx context.Context, spend func(context.Context) error) (batch, error)
}

// Table keeps events and how the sources stand.
type Table interface {
	// Report runs schemas/reports/NAME.sql, Record schemas/external/NAME.sql.
	Report(ctx context.Context, name string, values map[string]string) (columns []string, rows [][]any, err error)
	Record(ctx context.Context, name string, values map[string]string) error
}
