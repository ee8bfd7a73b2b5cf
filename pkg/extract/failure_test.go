package extract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

func TestKindOfFailure(t *testing.T) {
	f := func(err error, want string) {
		t.Helper()
		if got := asFailure(err).kind; got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
	f(fmt.Errorf("call: %w", context.DeadlineExceeded), timedOut)
	f(fmt.Errorf("redirect: %w", outgoing.ErrRefused), redirected)
	f(fmt.Errorf("read: %w", outgoing.ErrTooLong), tooLong)
	f(fmt.Errorf("read: %w", fail(nullField, "x")), nullField)
	f(errors.New("connection reset"), unreachable)
}

func TestRetryAfter(t *testing.T) {
	f := func(header string, want time.Duration) {
		t.Helper()
		if got := retryAfter(header, noon).Sub(noon); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	f("90", 90*time.Second)
	f(noon.Add(time.Hour).Format(http.TimeFormat), time.Hour)
	f("999999999", maxWait)
	f("", 0)
	f("-5", 0)
	f("soon", 0)
}

func TestDue(t *testing.T) {
	f := func(s state, want bool) {
		t.Helper()
		if got := s.due(time.Hour, noon); got != want {
			t.Errorf("%+v: due = %t, want %t", s, got, want)
		}
	}
	f(state{}, true)
	f(state{fetched: noon.Add(-59 * time.Minute)}, false)
	f(state{fetched: noon.Add(-time.Hour)}, true)
	f(state{fetched: noon.Add(-2 * time.Hour), failed: noon.Add(-14 * time.Minute), failure: "x"}, false)
	f(state{fetched: noon.Add(-2 * time.Hour), failed: noon.Add(-15 * time.Minute), failure: "x"}, true)
	f(state{failed: noon.Add(-time.Hour), failure: "x", notBefore: noon.Add(time.Second)}, false)
}
