package collector

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// tally is what became of the events of one request.
type tally struct {
	Accepted int            `json:"accepted"`
	Rejected int            `json:"rejected"`
	Errors   []refusal      `json:"errors,omitempty"`  // the first shownErrors
	Reasons  map[string]int `json:"reasons,omitempty"` // all of them, counted

	wait time.Duration // the longest wait that a rate limit asked for
}

// refusal says what was wrong with one event.
type refusal struct {
	Index  int    `json:"index"` // place in the posted list, or line number, from 0
	Field  string `json:"field"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// shownErrors bounds the answer's list of errors.
const shownErrors = 100

// reasonRateLimited is the one reason that is not a fault of the event.
const reasonRateLimited event.Reason = "rate_limited"

// reject notes the error of the event at index.
func (t *tally) reject(index int, err error) {
	inv, ok := event.AsInvalid(err)
	if !ok { // every check gives an Invalid; this keeps the answer right if one should not
		inv = event.NewInvalid("event", "", event.ReasonMalformed, err.Error())
	}
	t.Rejected++
	if t.Reasons == nil {
		t.Reasons = map[string]int{}
	}
	t.Reasons[string(inv.Reason)]++
	if len(t.Errors) < shownErrors {
		t.Errors = append(t.Errors, refusal{index, inv.Field, inv.Value, string(inv.Reason), inv.Detail})
	}
	var limited *limitedError
	if errors.As(err, &limited) {
		t.wait = max(t.wait, limited.wait)
	}
}

// limitedError refuses an event for its site's rate.
type limitedError struct {
	*event.Invalid
	wait time.Duration
}

func (e *limitedError) Unwrap() error { return e.Invalid }

// answer ends a request whose accepted events are durable.
func (c *Collector) answer(w http.ResponseWriter, t *tally) {
	if t.Accepted > 0 {
		c.metrics.accept(t.Accepted)
	}
	c.countRejected(t)
	switch {
	case t.Accepted > 0 && t.Rejected == 0:
		writeAllAccepted(w, t.Accepted)
	case t.Accepted > 0:
		writeJSON(w, http.StatusAccepted, "application/json", t)
	case t.wait > 0:
		p := rateLimited(t.Errors[0].Field, t.Errors[0].Value, t.wait)
		p.tally = t
		c.writeProblem(w, p)
	default:
		c.writeProblem(w, nothingAccepted(t))
	}
}

// writeAllAccepted is writeJSON for the usual answer.
func writeAllAccepted(w http.ResponseWriter, events int) {
	h := w.Header()
	h["Content-Type"], h["Cache-Control"] = jsonType, noStore
	w.WriteHeader(http.StatusAccepted)
	var room [48]byte
	answer := strconv.AppendInt(append(room[:0], `{"accepted":`...), int64(events), 10)
	_, _ = w.Write(append(answer, ",\"rejected\":0}\n"...)) // the client has gone when this fails
}

func (c *Collector) countRejected(t *tally) {
	for reason, n := range t.Reasons {
		c.metrics.count(resultRejected, reason, n)
	}
}
