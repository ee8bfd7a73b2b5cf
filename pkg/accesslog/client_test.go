package accesslog

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/google/go-cmp/cmp"
)

// batchOf makes a batch of views of the given paths.
func batchOf(t *testing.T, paths ...string) *Batch {
	t.Helper()
	x, b := mustExtractor(t, "site.example", ""), NewBatch()
	for i, path := range paths {
		var p event.Posted
		line := strings.TrimSuffix(logLine(path, i), "\n")
		if _, reason := x.Event(RawLine{Bytes: []byte(line), Offset: int64(i), Whole: true}, &p); reason != "" {
			t.Fatalf("%s: %s", line, reason)
		}
		b.Add(&p, Origin{"x.log", int64(i + 1)})
	}
	return b
}

func mustClient(t *testing.T, cfg ClientConfig, giveUp time.Duration, waiting func(error, time.Duration)) *Client {
	t.Helper()
	c, err := NewClient(cfg, giveUp, waiting)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestPost(t *testing.T) {
	c := newCollector(t)
	got, err := mustClient(t, c.config(), time.Minute, nil).Post(t.Context(), batchOf(t, "/a", "/b"))
	if diff := cmp.Diff(Answer{Accepted: 2}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if diff := cmp.Diff([]string{"/a", "/b"}, c.urls()); diff != "" {
		t.Error(diff)
	}
}

func TestPostWaitsForTheCollector(t *testing.T) {
	c := newCollector(t, busy("1"), problem(http.StatusTooManyRequests, "slow down", ""), problem(http.StatusBadGateway, "", ""))
	var pauses []time.Duration
	var first string
	client := mustClient(t, c.config(), time.Minute, func(err error, pause time.Duration) {
		if pauses = append(pauses, pause); first == "" {
			first = err.Error()
		}
	})
	if _, err := client.Post(t.Context(), batchOf(t, "/a")); err != nil {
		t.Fatal(err)
	}
	if len(pauses) != 3 || pauses[0] != time.Second || pauses[1] > 2*firstPause || pauses[2] <= 0 {
		t.Errorf("paused for %v", pauses)
	}
	if want := "post to " + c.URL + "/v1/batch: the collector answered 503 Service Unavailable: the spool is full"; first != want {
		t.Errorf("got %q, want %q", first, want)
	}
	if diff := cmp.Diff([]string{"/a"}, c.urls()); diff != "" {
		t.Error(diff)
	}
}

func TestPostGivesUp(t *testing.T) {
	f := func(cfg ClientConfig, giveUp time.Duration, want ...string) {
		t.Helper()
		_, err := mustClient(t, cfg, giveUp, nil).Post(t.Context(), batchOf(t, "/a"))
		for _, w := range append(want, "post to "+cfg.CollectorURL+"/v1/batch: ") {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("got error %v, want %q in it", err, w)
			}
		}
	}
	closed := newCollector(t)
	closed.Close()
	f(closed.config(), time.Millisecond, "connection refused; gave up after 0s: see that the collector runs and that --collector-url is right")
	f(newCollector(t, busy("3600")).config(), time.Minute, "503", "the spool is full; gave up")
	wrong := newCollector(t).config()
	wrong.Token = "other"
	f(wrong, 0, "refused the token (401 Unauthorized: the token is not known)", "--token-file")
	f(newCollector(t, problem(413, "too large", "at most 4 MB")).config(), 0, "413 Request Entity Too Large: at most 4 MB")
	f(newCollector(t, problem(400, "bad", "no JSON")).config(), 0, "400 Bad Request: no JSON")
	f(newCollector(t, func(w http.ResponseWriter) { w.Write([]byte("<html>")) }).config(), 0, "no Footfall collector")
	f(newCollector(t, func(w http.ResponseWriter) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(302)
	}).config(), 0, "302 Found")
}

func TestPostEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := newCollector(t, busy("3600"))
	client := mustClient(t, c.config(), 0, func(error, time.Duration) { cancel() })
	if _, err := client.Post(ctx, batchOf(t, "/a")); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
}

func TestPostAllRejected(t *testing.T) {
	c := newCollector(t)
	b := NewBatch()
	b.Add(&event.Posted{Site: "a", Type: "pageview", URL: "/x", Title: "a\x00b", Address: "192.0.2.1"}, Origin{})
	got, err := mustClient(t, c.config(), 0, nil).Post(t.Context(), b)
	want := Answer{Rejected: 1, Reasons: map[string]int{"bad_text": 1},
		Errors: []Rejection{{0, "title", "a\x00b", "bad_text", "must not hold control characters"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f := func(header string, want time.Duration) {
		t.Helper()
		got := time.Duration(-1)
		if r := retryAfter(header, now); r != nil {
			got = r.Duration
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
	f("0", 0)
	f("17", 17*time.Second)
	f("Fri, 02 Jan 2026 03:05:05 GMT", time.Minute)
	f("Fri, 02 Jan 2026 03:00:05 GMT", 0)
	f("", -1)
	f("-5", -1)
	f("soon", -1)
	f("99999999999999", -1)
}

func TestBatchIsBounded(t *testing.T) {
	p := event.Posted{Site: "a", Type: "pageview", URL: "/" + strings.Repeat("x", 2000)}
	b := NewBatch()
	for !b.Add(&p, Origin{}) {
	}
	if size := b.body.Len(); size > maxBatchBytes || size < maxBatchBytes-3000 || b.Len() >= maxBatchLines {
		t.Errorf("long lines: %d events, %d bytes", b.Len(), size)
	}
	b.Reset()
	p.URL = "/"
	for !b.Add(&p, Origin{}) {
	}
	if b.Len() != maxBatchLines {
		t.Errorf("short lines: %d events", b.Len())
	}
}

// TestBatchDays: a batch holds events of so many days at most.
func TestBatchDays(t *testing.T) {
	b := NewBatch()
	for i := range maxBatchDays {
		day := time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
		for range 2 {
			if b.Add(&event.Posted{Time: day}, Origin{}) {
				t.Fatalf("full on day %d", i)
			}
		}
	}
	if !b.Add(&event.Posted{Time: "2025-01-01T00:00:00Z"}, Origin{}) || b.Days() != maxBatchDays || b.Len() != 2*maxBatchDays {
		t.Errorf("%d days, %d events", b.Days(), b.Len())
	}
	if b.Reset(); b.Add(&event.Posted{Time: "2025-01-01T00:00:00Z"}, Origin{}) || b.Days() != 1 {
		t.Errorf("%d days after a reset", b.Days())
	}
}
