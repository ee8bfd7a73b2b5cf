package collector_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

const token = "test-token-0123456789"

// noon is the time at which all requests of these tests are received.
var noon = time.Date(2026, 1, 31, 12, 0, 0, 123_456_789, time.UTC)

// memory is a Publisher that keeps events in memory, up to a capacity.
type memory struct {
	mu       sync.Mutex
	events   []event.Event
	calls    int
	capacity int // events; beyond it the publisher fails
}

var errFull = errors.New("memory is full")

func (m *memory) Publish(_ context.Context, events []event.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	if len(m.events)+len(events) > m.capacity {
		return errFull
	}
	m.events = append(m.events, events...)
	return nil
}

func (m *memory) all() []event.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events)
}

// door is a served collector with what stands behind it.
type door struct {
	*httptest.Server
	published *memory
	metrics   *prometheus.Registry
	log       *syncBuffer
}

// syncBuffer is a bytes.Buffer that a logger and a test may share.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func config() collector.Config {
	return collector.Config{
		CollectorAddr: "127.0.0.1:0", MaxConnections: 64, Token: []string{"another-token-9876543", token},
		PublishTimeout: 5 * time.Second, BatchesAtOnce: 2, Demo: true,
	}
}

func directory() *sites.Directory {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		panic(err) // the tests import the time zones
	}
	return sites.Of(
		sites.Site{Key: "demo", Zone: time.UTC, Privacy: event.Full},
		sites.Site{Key: "shop", Zone: time.UTC, Privacy: event.Full, Hosts: []string{"shop.example", "*.shop.example"}},
		sites.Site{Key: "short", Zone: time.UTC, Privacy: event.Truncated},
		sites.Site{Key: "keyed", Zone: vienna, Privacy: event.Keyed},
		sites.Site{Key: "keyed2", Zone: vienna, Privacy: event.Keyed},
	)
}

// open serves a collector with these settings until the test ends.
func open(t testing.TB, cfg collector.Config, change ...func(*httptest.Server)) *door {
	t.Helper()
	d := &door{published: &memory{capacity: 1 << 20}, metrics: prometheus.NewRegistry(), log: &syncBuffer{}}
	log := slog.New(slog.NewJSONHandler(d.log, nil))
	c, err := collector.New(cfg, d.published, directory(), log, d.metrics, collector.WithClock(func() time.Time { return noon }))
	if err != nil {
		t.Fatal(err)
	}
	d.Server = httptest.NewUnstartedServer(c.Handler())
	for _, f := range change {
		f(d.Server)
	}
	d.Start()
	t.Cleanup(d.Close)
	return d
}

// call is one request.
type call struct {
	method, path string
	header       []string // name, value, name, value …
	body         string
	chunked      bool // send no Content-Length
}

// do sends a request and reads its answer.
func (d *door) do(t testing.TB, c call) (*http.Response, string) {
	t.Helper()
	var body io.Reader = strings.NewReader(c.body)
	if c.chunked {
		body = io.MultiReader(body) // hides the length
	}
	r, err := http.NewRequestWithContext(t.Context(), c.method, d.URL+c.path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(c.header); i += 2 {
		r.Header.Add(c.header[i], c.header[i+1])
	}
	resp, err := d.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(got)
}

func post(body string, header ...string) call {
	return call{method: http.MethodPost, path: "/v1/events", body: body, header: append([]string{"Content-Type", "text/plain;charset=UTF-8"}, header...)}
}

func batch(body string, header ...string) call {
	return call{method: http.MethodPost, path: "/v1/batch", body: body,
		header: append([]string{"Content-Type", "application/x-ndjson", "Authorization", "Bearer " + token}, header...)}
}

func zipped(s string) string {
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	io.WriteString(gz, s)
	gz.Close()
	return b.String()
}

const view = `{"site":"demo","type":"pageview","url":"http://demo/a"}`

func wantStatus(t *testing.T, resp *http.Response, body string, want int) {
	t.Helper()
	if resp.StatusCode != want {
		t.Fatalf("status %d, want %d: %s", resp.StatusCode, want, body)
	}
}

// counter is the value of a counter; its labels stand in the order of their names.
func (d *door) counter(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	for _, m := range d.gather(t, name) {
		var have []string
		for _, l := range m.GetLabel() {
			have = append(have, l.GetValue())
		}
		if slices.Equal(have, labels) {
			return m.GetCounter().GetValue()
		}
	}
	return 0
}

func (d *door) samples(t *testing.T, name string) (n uint64) {
	t.Helper()
	for _, m := range d.gather(t, name) {
		n += m.GetHistogram().GetSampleCount()
	}
	return n
}

func (d *door) gather(t *testing.T, name string) []*dto.Metric {
	t.Helper()
	families, err := d.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()
		}
	}
	return nil
}

func TestSmallestPost(t *testing.T) {
	d := open(t, config())
	resp, body := d.do(t, post(view, "User-Agent", "curl/8"))
	wantStatus(t, resp, body, http.StatusAccepted)
	if body != `{"accepted":1,"rejected":0}`+"\n" {
		t.Errorf("answer %s", body)
	}
	events := d.published.all()
	if len(events) != 1 {
		t.Fatalf("%d events published", len(events))
	}
	e := events[0]
	received := noon.Truncate(time.Millisecond)
	if e.ID.IsZero() || e.ViewID != e.ID || !e.Received.Equal(received) || !e.Time.Equal(received) {
		t.Errorf("identity or time: %s, received %s, time %s", &e, e.Received, e.Time)
	}
	if e.Address.String() != "127.0.0.1" || e.UserAgent != "curl/8" || e.Witness != event.Beacon || e.Host != "demo" || e.Path != "/a" {
		t.Errorf("filled wrongly: %+v", e)
	}
}

func TestMetricsCountRequestsAndEvents(t *testing.T) {
	d := open(t, config())
	d.do(t, post("["+view+`,{"site":"nobody","type":"pageview","url":"/"}]`))
	d.do(t, post("{"))
	for _, f := range []struct {
		name   string
		labels []string
	}{
		{"footfall_collector_requests_total", []string{"202", "ok"}},
		{"footfall_collector_requests_total", []string{"400", "bad_body"}},
		{"footfall_collector_events_total", []string{"ok", "accepted"}},
		{"footfall_collector_events_total", []string{"unknown_site", "rejected"}},
	} {
		if got := d.counter(t, f.name, f.labels...); got != 1 {
			t.Errorf("%s %v is %v, want 1", f.name, f.labels, got)
		}
	}
	if n := d.samples(t, "footfall_collector_ack_seconds"); n != 1 {
		t.Errorf("footfall_collector_ack_seconds has %d samples, want 1", n)
	}
}

// A client that has gone does not take its event with it.
func TestEventOfAClosedPageIsPublished(t *testing.T) {
	d := open(t, config())
	ctx, cancel := context.WithCancel(t.Context())
	c, err := collector.New(config(), publisherFunc(func(ctx context.Context, events []event.Event) error {
		cancel() // the client goes away in the middle
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return d.published.Publish(ctx, events)
	}), directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/events", strings.NewReader(view))
	r.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusAccepted || len(d.published.all()) != 1 {
		t.Errorf("status %d, %d events", w.Code, len(d.published.all()))
	}
}

type publisherFunc func(context.Context, []event.Event) error

func (f publisherFunc) Publish(ctx context.Context, events []event.Event) error {
	return f(ctx, events)
}

func TestPanicIsOneRequestsOnly(t *testing.T) {
	log := &syncBuffer{}
	c, err := collector.New(config(), publisherFunc(func(context.Context, []event.Event) error { panic("boom") }),
		directory(), slog.New(slog.NewJSONHandler(log, nil)), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(view))
	r.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "boom") {
		t.Errorf("status %d, log %s", w.Code, log.String())
	}
}

func lines(n int, line func(int) string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintln(&b, line(i))
	}
	return b.String()
}
