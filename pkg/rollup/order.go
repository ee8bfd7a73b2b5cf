package rollup

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Order is a day that is to be computed, and how that came about.
type Order struct {
	ID        uuid.UUID // the run's; zero: a new one
	Day       ledger.Day
	Selection ledger.Selection
	Events    Completeness
	Cause     ledger.Cause
	By        string // who asked
	Reason    string // why the day is due
	Before    int    // failed runs since the day was last published
	// Stop tells, at most once, that somebody stops the run, in words that say who; nil: nobody can.
	Stop <-chan string
}

// Completeness is what came of waiting for the consumer.
type Completeness struct {
	Missing error // why not all events were stored; nil: they were
	Waited  time.Duration
}

// Await waits until the warehouse holds everything that has been acknowledged so far.
func (r *Runner) Await(ctx context.Context) Completeness {
	began := r.now()
	err := r.Complete(ctx)
	return Completeness{err, r.now().Sub(began)}
}

// begun tells what the order was.
func (o Order) begun() (string, map[string]string) {
	attrs := map[string]string{
		"cause": string(o.Cause), "reason": o.Reason, "attempt": strconv.Itoa(o.Before + 1),
		"definition_version": strconv.Itoa(ledger.DefinitionVersion), "sites": "all",
	}
	if !o.Selection.All {
		attrs["sites"] = strings.Join(o.Selection.Sites, " ")
	}
	text := "begun by " + string(o.Cause)
	if o.By != "" {
		attrs["asked_by"], text = o.By, text+" ("+o.By+")"
	}
	if o.Reason != "" && o.Cause != ledger.ByPerson {
		text += ": the day is " + o.Reason
	}
	return text, attrs
}

// run makes the ledger's row of the order.
func (o Order) run(started time.Time) ledger.Run {
	run := ledger.Run{
		ID: o.ID, Job: ledger.Daily, Date: o.Day.Date, Zone: o.Day.Zone.String(), State: ledger.Running,
		Started: started, Updated: started, DefinitionVersion: ledger.DefinitionVersion,
		Cause: o.Cause, AskedBy: o.By, Reason: o.Reason,
	}
	if run.ID == uuid.Nil {
		run.ID = uuid.New()
	}
	if !o.Selection.All {
		run.Sites = o.Selection.Sites
	}
	return run
}
