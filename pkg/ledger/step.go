package ledger

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// The levels of a step in the log.
const (
	Info  = "info"
	Warn  = "warn"
	Error = "error"
)

// Step is one line of a run's log.
type Step struct {
	Run         uuid.UUID
	Job         string
	Date        Date
	Zone        string
	At          time.Time
	Seq         uint32 // counts the steps of the run from 1
	Level, Name string
	Message     string
	Attrs       map[string]string // durations are in ms
}

// Substep is what happened inside a step.
type Substep struct {
	Name  string
	Took  time.Duration
	Attrs map[string]string
}

type traceKey struct{}

// WithTrace lets trace be told of the substeps of what is called with the context.
func WithTrace(ctx context.Context, trace func(Substep)) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// Trace tells of a substep, if anybody wants to know.
func Trace(ctx context.Context, s Substep) {
	if trace, ok := ctx.Value(traceKey{}).(func(Substep)); ok {
		trace(s)
	}
}
