package ledger

import (
	"time"

	"github.com/google/uuid"
)

// RequestState says how a request stands.
type RequestState string

// The states of a request. Those that are open or running can be cancelled.
const (
	RequestOpen      RequestState = "open"
	RequestRunning   RequestState = "running"
	RequestDone      RequestState = "done"
	RequestFailed    RequestState = "failed"  // its run has failed
	RequestRefused   RequestState = "refused" // there is nothing to compute; the answer says why
	RequestCancelled RequestState = "cancelled"
)

// Request is what a person asks for: that a day is computed, whether it has been before or not.
type Request struct {
	// ID is shared by the days that were asked for at once; with job, zone and date it tells one request.
	ID                 uuid.UUID
	Job                string
	Date               Date
	Zone               string
	State              RequestState
	Requested, Updated time.Time
	By                 string    // who asks
	Reason             string    // missing, failed, stale or redo, as the person saw it
	Run                uuid.UUID // the run that was begun for it; zero: none yet
	Answer             string    // what became of it, in words; empty while it waits
}

// To gives the request another state. Of its rows the newest counts, so each is newer than the one
// before, whatever the clock of the machine says that writes it.
func (r Request) To(state RequestState, now time.Time) Request {
	now = now.UTC().Truncate(time.Millisecond)
	if !now.After(r.Updated) {
		now = r.Updated.Add(time.Millisecond)
	}
	r.State, r.Updated = state, now
	return r
}
