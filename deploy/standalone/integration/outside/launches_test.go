package outside

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/extract"
)

const hour = time.Hour

// open serves a library and reads it.
func open(t *testing.T, l *library) *reader {
	t.Helper()
	empty(t)
	base, out := serve(t, l)
	return newReader(t, extract.Config{Launches: true, LaunchesURL: base, Outgoing: out})
}

const columns = "SELECT id, title, status, url, formatDateTime(starts_at, '%d %H:%i', 'UTC'), formatDateTime(ends_at, '%d %H:%i', 'UTC'), details['pad'], details['provider'], gone, stale FROM external_events FINAL WHERE source = 'launches' AND id = 'many-000'"

// All pages are read, once an hour, and what the table says is what the library says.
func TestLaunches(t *testing.T) {
	l := &library{launches: many(230)}
	r := open(t, l)
	r.after(0)
	says(t, "230|230", "SELECT count(), uniqExact(id) FROM external_events")
	says(t, "many-000|Rocket many-000|Go for Launch|https://ll.example.com/2.3.0/launches/many-000/|12 12:00|12 13:00|Pad 7|Some Space|false|false",
		columns)
	r.after(59 * time.Minute)
	r.restart()
	r.after(0)
	if l.calls != 3 {
		t.Errorf("%d calls within the hour, want 3", l.calls)
	}
	r.after(time.Minute)
	if l.calls != 6 {
		t.Errorf("%d calls after the hour, want 6", l.calls)
	}
	says(t, "230", "SELECT count() FROM external_events") // nothing had changed, so that nothing was written
}

// What has changed is written, what is older is not, what is no longer announced is marked, what is past stays.
func TestUpsert(t *testing.T) {
	l := &library{}
	r := open(t, l)
	step := func(want string, list ...launch) {
		t.Helper()
		l.is(nil, 0, list...)
		r.after(hour)
		says(t, want, "SELECT id, title, gone, stale FROM external_events FINAL ORDER BY id")
	}
	renamed := func(l launch, name string) launch { l["name"] = name; return l }
	past, a, b := aLaunch("past", 90*time.Minute, 0), aLaunch("a", 90*hour, 5*hour), aLaunch("b", 90*hour, 5*hour)
	step("a|Rocket a|false|false / b|Rocket b|false|false / past|Rocket past|false|false", past, a, b)
	step("a|new|false|false / b|Rocket b|false|false / past|Rocket past|false|false",
		past, renamed(aLaunch("a", 90*hour, 4*hour), "new"), renamed(aLaunch("b", 90*hour, 6*hour), "old"))
	step("a|new|true|false / b|Rocket b|false|false / past|Rocket past|false|false", b) // past is over by now
	step("a|new|false|false / b|Rocket b|false|false / past|Rocket past|false|false", b, renamed(aLaunch("a", 90*hour, 4*hour), "new"))
	step("a|new|true|false / b|Rocket b|true|false / past|Rocket past|false|false")
}

// Two that believe to lead: what the one reads from a cache does not overwrite what the other has read.
func TestOlderIsNotWritten(t *testing.T) {
	empty(t)
	row := func(title, changed string) map[string]string {
		return map[string]string{"source": "launches", "events": `[{"id":"x","site":"","title":"` + title + `","url":"","starts_at":"2026-03-02 12:00:00.000",` +
			`"ends_at":"2026-03-02 12:00:00.000","status":"","details":{"last_updated":"` + changed + `"},"gone":false,"stale":false}]`}
	}
	f := func(title, changed string) {
		t.Helper()
		if err := store.Record(t.Context(), "upsert_events", row(title, changed)); err != nil {
			t.Fatal(err)
		}
	}
	f("newer", "2026-03-02T12:00:00.000Z")
	f("older", "2026-03-02T11:00:00.000Z")
	says(t, "newer", "SELECT title FROM external_events FINAL")
}

// Never more than 15 calls within an hour, whatever fails and however often the process starts anew.
func TestBudget(t *testing.T) {
	l := &library{}
	l.is(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "broken", 500) }, 500, many(700)...)
	r := open(t, l)
	var made []int // calls by minute
	for range 240 {
		before := l.calls
		r.restart()
		r.after(time.Minute)
		made = append(made, l.calls-before)
		sum := 0
		for _, n := range made[max(0, len(made)-60):] {
			sum += n
		}
		if sum > 15 {
			t.Fatalf("%d calls within an hour, at minute %d", sum, len(made))
		}
	}
	if l.calls < 40 {
		t.Errorf("%d calls within four hours: the budget was not used", l.calls)
	}
	says(t, "0", "SELECT count() FROM external_events") // never half a list
	if !strings.Contains(r.log.String(), "kind=budget") {
		t.Errorf("the log does not name the budget:\n%s", &r.log)
	}
	l.is(nil, 0, many(700)...)
	r.after(hour)
	says(t, "700", "SELECT count() FROM external_events FINAL WHERE NOT gone AND NOT stale")
}

// Who does not lead calls nobody.
func TestNotLeading(t *testing.T) {
	l := &library{launches: many(1)}
	r := open(t, l)
	term, end := context.WithCancel(t.Context())
	end()
	s, err := extract.New(r.cfg, store, leads{term}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	s.Look(t.Context())
	if l.calls != 0 {
		t.Errorf("%d calls, want none", l.calls)
	}
}

// gocron nudges at the start, and Stop ends it.
func TestStarts(t *testing.T) {
	called := make(chan struct{}, 1)
	l := &library{launches: many(1)}
	l.is(func(w http.ResponseWriter, _ *http.Request) {
		select {
		case called <- struct{}{}:
		default:
		}
		http.Error(w, "broken", 500)
	}, 0)
	r := open(t, l)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-called:
	case <-time.After(time.Minute):
		t.Error("nobody called")
	}
	if err := r.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// Each fault leaves the last good events, marked stale, and is over with the next good answer.
func TestFaults(t *testing.T) {
	l := &library{}
	r := open(t, l)
	good := append(many(150), aLaunch("past", -3*hour, 0))
	contents := "SELECT sum(cityHash64(id, title, site, url, starts_at, ends_at, status, gone, toString(details))) FROM external_events FINAL"
	f := func(kind string, offset int, fault http.HandlerFunc) {
		t.Helper()
		l.is(nil, 0, good...)
		r.after(4 * hour)
		says(t, "0|1", "SELECT countIf(stale), (SELECT any(failure) FROM external_sources FINAL) = '' FROM external_events FINAL")
		before := sql(t, contents)
		l.is(fault, offset, good...)
		r.log.Reset()
		r.after(hour)
		upcoming := fmt.Sprintf("SELECT countIf(stale) = countIf(ends_at >= '%s'), countIf(stale) > 100, (SELECT any(failure) FROM external_sources FINAL) FROM external_events FINAL",
			r.at.Format(time.DateTime))
		says(t, "1|1|"+kind, upcoming)
		r.after(15 * time.Minute)
		r.after(15 * time.Minute)
		if got := sql(t, contents); got != before {
			t.Errorf("%s: the events have changed", kind)
		}
		if n := strings.Count(r.log.String(), "cannot be read"); n != 1 {
			t.Errorf("%s: %d lines in the log, want 1:\n%s", kind, n, &r.log)
		}
	}
	text := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	f("rate_limited", 0, text(429, "application/json", `{"detail":"Request was throttled."}`))
	f("server_error", 100, text(500, "text/plain", "broken"))
	f("server_error", 0, text(503, "text/plain", "busy"))
	f("status", 0, text(403, "text/plain", "no"))
	f("format", 0, text(200, "text/html", "<!DOCTYPE html><title>Maintenance</title>"))
	f("format", 0, text(200, "application/json", `{"count":1,"next":7,"results":[]}`))
	f("truncated", 100, text(200, "application/json", `{"count":151,"next":null,"results":[{"id":"many-000","na`))
	f("truncated", 0, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"count":`)
	})
	f("field", 0, text(200, "application/json", `{"count":1,"next":null,"results":null}`))
	f("field", 100, text(200, "application/json", `{"count":1,"next":null,"results":[{"id":"many-100","name":null,"net":null,"last_updated":"2026-01-01T00:00:00Z"}]}`))
	f("redirect", 0, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://localhost:1/2.3.0/launches/upcoming/", http.StatusFound)
	})
	f("redirect", 0, text(200, "application/json", `{"count":1,"next":"https://elsewhere.example.com/2.3.0/launches/upcoming/?offset=100","results":[]}`))
	f("too_long", 0, text(200, "application/json", `{"count":1,"next":null,"results":[`+strings.Repeat(" ", 5<<20)+`]}`))
	f("connection", 100, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

// Retry-After is honoured, also by a process that has just started.
func TestRetryAfter(t *testing.T) {
	l := &library{}
	r := open(t, l)
	l.is(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		http.Error(w, "later", http.StatusTooManyRequests)
	}, 0)
	r.after(0)
	for range 7 {
		r.restart()
		r.after(17 * time.Minute)
	}
	if l.calls != 1 {
		t.Errorf("%d calls within the two hours, want 1", l.calls)
	}
	l.is(nil, 0, many(1)...)
	r.after(time.Minute)
	if l.calls != 2 {
		t.Errorf("%d calls after two hours, want 2", l.calls)
	}
}
