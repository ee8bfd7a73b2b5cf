package extract

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// The kinds of failures, as metrics and external_sources name them.
const (
	rateLimited = "rate_limited" // 429
	serverError = "server_error" // 5xx
	badStatus   = "status"       // neither these nor 200
	redirected  = "redirect"     // elsewhere, or too often
	tooLong     = "too_long"     // over 5 MB
	timedOut    = "timeout"
	unreachable = "connection"
	noBudget    = "budget" // as many calls in the last hour as there may be
	wrongFormat = "format" // HTML, or anything but what it should be
	truncated   = "truncated"
	nullField   = "field" // one that must be there is null or missing
	noFile      = "file"
)

// failure is why a source could not be read.
type failure struct {
	kind  string
	err   error
	until time.Time // not to be called before; zero when the source did not say
}

func (f *failure) Error() string { return f.kind + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func fail(kind, format string, values ...any) *failure {
	return &failure{kind: kind, err: fmt.Errorf(format, values...)}
}

// asFailure gives an error a kind; what has none could not be reached.
func asFailure(err error) *failure {
	var f *failure
	var network net.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, outgoing.ErrRefused):
		return &failure{kind: redirected, err: err}
	case errors.Is(err, outgoing.ErrTooLong):
		return &failure{kind: tooLong, err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &failure{kind: timedOut, err: err}
	}
	return &failure{kind: unreachable, err: err}
}

// maxWait bounds how long a source may send us away.
const maxWait = 24 * time.Hour

// checkStatus refuses any answer but 200.
func checkStatus(a outgoing.Answer, now time.Time) error {
	kind := badStatus
	switch {
	case a.Status == http.StatusOK:
		return nil
	case a.Status == http.StatusTooManyRequests:
		kind = rateLimited
	case a.Status/100 == 5:
		kind = serverError
	case a.Status/100 == 3:
		kind = redirected
	}
	f := fail(kind, "it answered %d %s", a.Status, http.StatusText(a.Status))
	if kind == rateLimited || a.Status == http.StatusServiceUnavailable {
		f.until = retryAfter(a.Header.Get("Retry-After"), now)
	}
	return f
}

// retryAfter reads the header: seconds or a date.
func retryAfter(text string, now time.Time) time.Time {
	until := now
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		until = now.Add(time.Duration(seconds) * time.Second)
	} else if at, err := http.ParseTime(text); err == nil {
		until = at
	}
	if until.After(now.Add(maxWait)) {
		return now.Add(maxWait)
	}
	return until
}
