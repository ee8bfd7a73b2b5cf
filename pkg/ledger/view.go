package ledger

import (
	"time"

	"github.com/google/uuid"
)

// View is one page view with what its time is made from, for those who explain figures.
type View struct {
	ID        uuid.UUID
	Agent     string // user-agent
	Start     time.Time
	Path      string
	Bot       bool
	Witnesses []string // who saw the page view
	Pinged    bool     // whether any engagement has arrived; the fields below are zero without
	// ClaimedMS is the engaged time that the browser told, ObservedMS how long the server saw the view
	// itself, StatedMS the engaged time that a trusted server told.
	ClaimedMS, ObservedMS, StatedMS int64
}

// Totals are the figures of one address on one day.
type Totals struct {
	Accesses, Sessions, SpentMS, EngagedMS, Evidence, Gap, Unknown uint64
}
