package outside

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/authority"
	"github.com/footfall-analytics/footfall/pkg/extract"
	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// start is the first instant of the tests' clock.
var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// serve serves over TLS with a certificate of an authority of its own.
func serve(t *testing.T, h http.Handler) (base string, cfg outgoing.Config) {
	t.Helper()
	a, err := authority.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := a.Sign("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, outgoing.Config{CAFile: a.File}
}

// launch is one of the list, in the documented shape.
type launch map[string]any

// aLaunch takes place some hours after start, and was last changed so many hours before.
func aLaunch(id string, in, changed time.Duration) launch {
	at := start.Add(in).Format(time.RFC3339)
	return launch{
		"id": id, "url": "https://ll.example.com/2.3.0/launches/" + id + "/", "name": "Rocket " + id, "response_mode": "normal",
		"status":       map[string]any{"id": 1, "name": "Go for Launch", "abbrev": "Go", "description": "…"},
		"last_updated": start.Add(-changed).Format(time.RFC3339), "net": at, "window_start": at,
		"window_end":              start.Add(in + time.Hour).Format(time.RFC3339),
		"net_precision":           map[string]any{"id": 1, "name": "Minute", "abbrev": "MIN"},
		"launch_service_provider": map[string]any{"id": 1, "name": "Some Space", "type": map[string]any{"id": 3, "name": "Commercial"}},
		"mission":                 nil,
		"pad":                     map[string]any{"id": 7, "name": "Pad 7", "location": map[string]any{"id": 3, "name": "Somewhere"}},
	}
}

// library replays the list of upcoming launches in pages.
type library struct {
	mu       sync.Mutex
	launches []launch
	fault    http.HandlerFunc // instead of a page
	faultAt  int              // offset from which on the fault shows
	calls    int
}

func (l *library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	if l.fault != nil && offset >= l.faultAt {
		l.fault(w, r)
		return
	}
	if r.URL.Path != "/2.3.0/launches/upcoming/" || limit < 1 || limit > 100 {
		http.Error(w, "not so", http.StatusNotFound)
		return
	}
	var next any
	end := min(offset+limit, len(l.launches))
	if end < len(l.launches) {
		next = fmt.Sprintf("https://%s%s?limit=%d&mode=normal&offset=%d", r.Host, r.URL.Path, limit, end)
	}
	page := map[string]any{"count": len(l.launches), "next": next, "previous": nil, "results": append([]launch{}, l.launches[min(offset, end):end]...)}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(page)
}

// is sets what the library has, and what is wrong with it.
func (l *library) is(fault http.HandlerFunc, faultAt int, list ...launch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.launches, l.fault, l.faultAt = list, fault, faultAt
}

// many are so many launches that begin ten days after start.
func many(n int) (list []launch) {
	for i := range n {
		list = append(list, aLaunch(fmt.Sprintf("many-%03d", i), 240*time.Hour+time.Duration(i)*time.Hour, 0))
	}
	return list
}

// leads is a Leadership that has one term.
type leads struct{ term context.Context }

func (l leads) Term() context.Context { return l.term }

// reader is a schedule with a clock that tests set.
type reader struct {
	t   *testing.T
	cfg extract.Config
	at  time.Time
	log bytes.Buffer
	*extract.Schedule
}

// newReader makes a schedule as a new process does.
func newReader(t *testing.T, cfg extract.Config) *reader {
	t.Helper()
	r := &reader{t: t, cfg: cfg, at: start}
	r.restart()
	return r
}

func (r *reader) restart() {
	r.t.Helper()
	s, err := extract.New(r.cfg, store, leads{r.t.Context()}, slog.New(slog.NewTextHandler(&r.log, nil)), prometheus.NewRegistry())
	if err != nil {
		r.t.Fatal(err)
	}
	r.Schedule = s
	s.Now = func() time.Time { return r.at }
}

// after looks when so much time has gone by.
func (r *reader) after(d time.Duration) {
	r.at = r.at.Add(d)
	r.Look(r.t.Context())
}
