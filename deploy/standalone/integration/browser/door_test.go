package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// handed is an event as a browser handed it over.
type handed struct {
	Site, Type, URL, Title, Referrer, Name string
	EventID                                string `json:"event_id"`
	ViewID                                 string `json:"view_id"`
	RequestID                              string `json:"request_id"`
	AgeMS                                  int64  `json:"age_ms"`
	EngagedMS                              int64  `json:"engaged_ms"`
	ScrollPct                              int    `json:"scroll_pct"`

	image  bool // in the address of an image
	status int  // what the collector answered
}

// door stands in front of the collector and keeps what browsers hand over. Requests for events can be
// held back, or refused as a collector does that cannot keep them.
type door struct {
	*httptest.Server
	mu     sync.Mutex
	got    []handed
	hold   chan struct{} // closed: nothing is held
	status int           // 0: the collector answers
}

func openDoor(t *testing.T) *door {
	t.Helper()
	collector, err := url.Parse(product.Collector())
	if err != nil {
		t.Fatal(err)
	}
	d := &door{hold: make(chan struct{})}
	close(d.hold)
	proxy := httputil.NewSingleHostReverseProxy(collector)
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/events" || r.Method == http.MethodOptions {
			proxy.ServeHTTP(w, r)
			return
		}
		d.pass(proxy, w, r)
	}))
	t.Cleanup(d.Close)
	return d
}

// pass keeps the event of a request and lets the collector answer.
func (d *door) pass(proxy http.Handler, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil { // the browser has gone in the middle of it
		return
	}
	e, posted := handed{image: r.Method == http.MethodGet}, body
	if e.image {
		posted = []byte(r.URL.Query().Get("event"))
	}
	if err := json.Unmarshal(posted, &e); err != nil {
		e.Type = "broken: " + string(posted)
	}
	d.mu.Lock()
	at, hold, status := len(d.got), d.hold, d.status
	d.got = append(d.got, e)
	d.mu.Unlock()
	<-hold
	if status == 0 {
		answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(answer, r.WithContext(context.WithoutCancel(r.Context())))
		status = answer.status
	} else {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.WriteHeader(status)
	}
	d.mu.Lock()
	d.got[at].status = status
	d.mu.Unlock()
}

func (d *door) all() []handed {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.got)
}

// of are the events of a type.
func (d *door) of(kind string) []handed {
	return slices.DeleteFunc(d.all(), func(e handed) bool { return e.Type != kind })
}

// refuse lets every event be answered with a status, until it is 0.
func (d *door) refuse(status int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status = status
}

// holdBack lets events wait for their answers until the returned function is called.
func (d *door) holdBack(t *testing.T) (release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	held := make(chan struct{})
	d.hold = held
	release = sync.OnceFunc(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		close(held)
	})
	t.Cleanup(release)
	return release
}

// accepted are the ids of the distinct events that a 2xx was given for.
func (d *door) accepted() map[string]handed {
	ids := map[string]handed{}
	for _, e := range d.all() {
		if e.status/100 == 2 {
			ids[e.EventID] = e
		}
	}
	return ids
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
