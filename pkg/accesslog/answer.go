package accesslog

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Answer is what the collector says to a batch.
type Answer struct {
	Accepted int            `json:"accepted"`
	Rejected int            `json:"rejected"`
	Reasons  map[string]int `json:"reasons"`
	Errors   []Rejection    `json:"errors"`
}

// Rejection is why one event was not taken. The collector may name fewer than it counts.
type Rejection struct {
	Index  int    `json:"index"` // within the batch, from 0
	Field  string `json:"field"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// temporary is an error that another attempt may not meet.
type temporary struct {
	err   error
	after *backoff.RetryAfterError // the pause that the collector asks for, or nil
}

func (t temporary) Error() string { return t.err.Error() }

func (t temporary) Unwrap() []error {
	if t.after == nil {
		return []error{t.err}
	}
	return []error{t.err, t.after}
}

func isTemporary(err error) bool {
	var t temporary
	return errors.As(err, &t)
}

// unwrapURL takes off net/http's wrapping, which repeats method and URL.
func unwrapURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// readAnswer sorts a response into answer, temporary and permanent error.
func readAnswer(resp *http.Response, text []byte, now time.Time) (Answer, error) {
	var body struct {
		Answer
		RejectedAll *int `json:"rejected"` // shadows Answer's: tells a refused batch from another problem
		problemText
	}
	err := json.Unmarshal(text, &body)
	switch code := resp.StatusCode; {
	case (code/100 == 2 || code == http.StatusBadRequest) && err == nil && body.RejectedAll != nil:
		body.Answer.Rejected = *body.RejectedAll
		return body.Answer, nil
	case code/100 == 2:
		return Answer{}, backoff.Permanent(fmt.Errorf("answered %s without counts: this is no Footfall collector", resp.Status))
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return Answer{}, backoff.Permanent(fmt.Errorf("the collector refused the token (%s%s): "+
			"give it a server token that the collector knows, by --token or --token-file", resp.Status, body.said()))
	}
	err = fmt.Errorf("the collector answered %s%s", resp.Status, body.said())
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		return Answer{}, temporary{err: err, after: retryAfter(resp.Header.Get("Retry-After"), now)}
	}
	return Answer{}, backoff.Permanent(err)
}

// problemText is what a problem in JSON (RFC 9457) says to people. The title repeats the status, so
// it is shown only where there is nothing better.
type problemText struct {
	Title  string `json:"title"`
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func (p problemText) said() string {
	text := p.Title
	if p.Detail != "" {
		text = p.Field + " " + p.Detail
	}
	if text = strings.Join(strings.Fields(text), " "); text == "" {
		return ""
	}
	return ": " + text
}

// retryAfter reads the header's seconds or date; nil when it holds neither.
func retryAfter(header string, now time.Time) *backoff.RetryAfterError {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return &backoff.RetryAfterError{Duration: time.Duration(seconds) * time.Second}
	}
	if at, err := http.ParseTime(header); err == nil {
		return &backoff.RetryAfterError{Duration: max(at.Sub(now), 0)}
	}
	return nil
}
