package rollup

import (
	"context"
	"errors"
)

// Leadership says whether this process is the one of several that runs the days.
type Leadership interface {
	// Term ends when this process stops leading; it has ended already when it does not lead. While it
	// leads without a break, it is the same.
	Term() context.Context
}

var errNotLeader = errors.New("another process runs the days")

// elector lets gocron skip its nudges in processes that do not lead.
type elector struct{ Leadership }

// IsLeader is gocron's question.
func (e elector) IsLeader(context.Context) error {
	if e.Term().Err() != nil {
		return errNotLeader
	}
	return nil
}
