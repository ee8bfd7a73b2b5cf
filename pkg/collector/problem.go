package collector

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// problem is an answer as RFC 9457 describes it, with the field and the value that were wrong.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"`
	Value  string `json:"value,omitempty"`
	*tally        // what became of the events, when they were looked at

	reason string        // the metric's label
	retry  time.Duration // 0 = no Retry-After
	header [2]string     // one more header
}

// newProblem makes a problem; reason is its name in the type and in the metrics.
func newProblem(status int, reason, field, value, detail string) *problem {
	return &problem{
		Type: "urn:footfall:problem:" + reason, Title: http.StatusText(status), Status: status,
		Detail: detail, Field: field, Value: value, reason: reason,
	}
}

func tooLarge(field, value, detail string) *problem {
	return newProblem(http.StatusRequestEntityTooLarge, "too_large", field, value, detail)
}

func mediaType(field, value, detail string) *problem {
	return newProblem(http.StatusUnsupportedMediaType, "media_type", field, value, detail)
}

func badBody(value, detail string) *problem {
	return newProblem(http.StatusBadRequest, "bad_body", "body", value, detail)
}

func rateLimited(field, value string, wait time.Duration) *problem {
	p := newProblem(http.StatusTooManyRequests, "rate_limited", field, value, "too many events at once: slow down, and try again after the time in Retry-After")
	p.retry = max(wait, time.Second)
	return p
}

// unavailable asks to come back after one to five seconds, so that those who were refused together
// do not return together.
func unavailable(detail string) *problem {
	p := newProblem(http.StatusServiceUnavailable, "unavailable", "", "", detail)
	p.retry = time.Second + rand.N(4*time.Second)
	return p
}

func unauthorized() *problem {
	p := newProblem(http.StatusUnauthorized, "unauthorized", "Authorization", "", "needs a server token, as in: Authorization: Bearer TOKEN")
	p.header = [2]string{"WWW-Authenticate", `Bearer realm="footfall"`}
	return p
}

// nothingAccepted is the problem of a request of which no event was good; the first error names
// field and value.
func nothingAccepted(t *tally) *problem {
	p := newProblem(http.StatusBadRequest, "invalid_event", "", "", "no event was accepted")
	if len(t.Errors) > 0 {
		first := t.Errors[0]
		p.Field, p.Value = first.Field, first.Value
		p.Detail = fmt.Sprintf("no event was accepted: %s %s", first.Field, first.Detail)
	}
	p.tally = t
	return p
}

// setHeaders sets what the problem says outside of its body.
func (p *problem) setHeaders(h http.Header) {
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retry.Seconds()))))
	}
	if p.header[0] != "" {
		h.Set(p.header[0], p.header[1])
	}
}

// writeProblem answers with p and counts it.
func (c *Collector) writeProblem(w http.ResponseWriter, p *problem) {
	c.metrics.request(p.Status, p.reason)
	p.setHeaders(w.Header())
	writeJSON(w, p.Status, "application/problem+json", p)
}

func writeJSON(w http.ResponseWriter, status int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil { // no answer of ours has a type that cannot be written
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client has gone when this fails
}
