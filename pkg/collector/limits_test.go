package collector_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"log/slog"

	"github.com/footfall-analytics/footfall/pkg/collector"
)

// limited is a collector with a clock that the test moves.
type limited struct {
	t       *testing.T
	handler http.Handler
	now     time.Time
	stored  *memory
}

func newLimited(t *testing.T, cfg collector.Config) *limited {
	t.Helper()
	l := &limited{t: t, now: noon, stored: &memory{capacity: 1 << 20}}
	c, err := collector.New(cfg, l.stored, directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry(),
		collector.WithClock(func() time.Time { return l.now }))
	if err != nil {
		t.Fatal(err)
	}
	l.handler = c.Handler()
	return l
}

// send posts from an address and checks status and Retry-After ("" for none).
func (l *limited) send(remote, path, body string, status int, retry string, header ...string) {
	l.t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = remote
	r.Header.Set("Content-Type", "text/plain")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	if w.Code != status || w.Header().Get("Retry-After") != retry {
		l.t.Errorf("%s from %s: status %d, Retry-After %q, want %d, %q: %s", path, remote, w.Code, w.Header().Get("Retry-After"), status, retry, w.Body)
	}
}

const list3 = "[" + view + "," + view + "," + view + "]"

func TestRateOfAnAddress(t *testing.T) {
	cfg := config()
	cfg.RateAddress = collector.Rate{PerSecond: 0.5, Burst: 4}
	l := newLimited(t, cfg)
	const a, b = "203.0.113.1:1", "203.0.113.2:1"
	l.send(a, "/v1/events", list3, 202, "")
	l.send(a, "/v1/events", view, 202, "")
	l.send(a, "/v1/events", view, 429, "2")
	l.send(a, "/v1/events", "not even JSON", 429, "2")
	l.send(a, "/v1/pixel.gif?site=demo&url=/", "", 429, "2")
	l.send(b, "/v1/events", view, 202, "")
	l.now = l.now.Add(2 * time.Second)
	l.send(a, "/v1/events", view, 202, "")
	l.now = l.now.Add(2 * time.Second)
	l.send(a, "/v1/events", list3, 429, "4") // one of three may come in, so none does
	if n := len(l.stored.all()); n != 6 {
		t.Errorf("%d events published, want 6", n)
	}
}

func TestAListLargerThanTheBurstComesThrough(t *testing.T) {
	cfg := config()
	cfg.RateAddress = collector.Rate{PerSecond: 1, Burst: 2}
	l := newLimited(t, cfg)
	l.send("203.0.113.1:1", "/v1/events", list3, 202, "")
	l.send("203.0.113.1:1", "/v1/events", view, 429, "1")
	l.now = l.now.Add(time.Second)
	l.send("203.0.113.1:1", "/v1/events", view, 202, "")
}

func TestRateCountsIPv6ByNetwork(t *testing.T) {
	cfg := config()
	cfg.RateAddress = collector.Rate{PerSecond: 1, Burst: 1}
	l := newLimited(t, cfg)
	l.send("[2001:db8:1:2::1]:1", "/v1/events", view, 202, "")
	l.send("[2001:db8:1:2:3::9]:1", "/v1/events", view, 429, "1")
	l.send("[2001:db8:1:3::1]:1", "/v1/events", view, 202, "")
}

func TestRateOfASite(t *testing.T) {
	cfg := config()
	cfg.RateSite = collector.Rate{PerSecond: 2, Burst: 2}
	l := newLimited(t, cfg)
	const short = `{"site":"short","type":"pageview","url":"/"}`
	l.send("203.0.113.1:1", "/v1/events", list3, 202, "") // two of three
	l.send("203.0.113.2:1", "/v1/events", view, 429, "1")
	l.send("203.0.113.2:1", "/v1/pixel.gif?site=demo&url=/", "", 429, "1")
	l.send("203.0.113.2:1", "/v1/events", "["+view+","+short+"]", 202, "") // the other site's
	l.send("203.0.113.2:1", "/v1/batch", view, 202, "", "Authorization", "Bearer "+token)
	if n := len(l.stored.all()); n != 4 {
		t.Errorf("%d events published, want 4", n)
	}
}

func TestGuessingTokensIsLimited(t *testing.T) {
	cfg := config()
	cfg.RateAddress = collector.Rate{PerSecond: 1, Burst: 2}
	l := newLimited(t, cfg)
	for _, status := range []int{401, 401, 429} {
		retry := ""
		if status == 429 {
			retry = "1"
		}
		l.send("203.0.113.1:1", "/v1/batch", view, status, retry, "Authorization", "Bearer guess")
	}
	l.send("203.0.113.1:1", "/v1/batch", view, 202, "", "Authorization", "Bearer "+token)
}

// A limited list names each refused event, and the client's own address is what a 429 shows.
func TestRateLimitedAnswers(t *testing.T) {
	cfg := config()
	cfg.RateSite = collector.Rate{PerSecond: 1, Burst: 1}
	d := open(t, cfg)
	resp, body := d.do(t, post("["+view+","+view+"]"))
	golden(t, "rate_site_some", transcript(resp, body))
	resp, body = d.do(t, post(view))
	golden(t, "rate_site", transcript(resp, body))

	cfg = config()
	cfg.RateAddress = collector.Rate{PerSecond: 0.01, Burst: 1}
	d = open(t, cfg)
	d.do(t, post(view))
	resp, body = d.do(t, post(view))
	golden(t, "rate_address", transcript(resp, body))
}

func TestSlowAndEndlessClients(t *testing.T) {
	d := open(t, config(), func(s *httptest.Server) { s.Config.ReadTimeout = 200 * time.Millisecond })
	slow := dial(t, d)
	slow.write("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n{")
	if resp, body := d.do(t, post(view)); resp.StatusCode != http.StatusAccepted {
		t.Errorf("beside a slow client: status %d: %s", resp.StatusCode, body)
	}
	resp, body := slow.read()
	golden(t, "too_slow", transcript(resp, body))

	cut := dial(t, d)
	cut.write("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n{\"site\":")
	cut.closeWrite()
	resp, body = cut.read()
	golden(t, "bad_body_cut", transcript(resp, body))
}
