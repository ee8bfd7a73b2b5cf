package collector_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/event"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
)

// behind serves one request that comes from remote with these header lines, and returns the address
// that the event got.
func behind(t *testing.T, cfg collector.Config, remote string, header ...string) (netip.Addr, *door) {
	t.Helper()
	d := &door{published: &memory{capacity: 1}, metrics: prometheus.NewRegistry()}
	c, err := collector.New(cfg, d.published, directory(), slog.New(slog.DiscardHandler), d.metrics)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(view))
	r.RemoteAddr = remote
	r.Header.Set("Content-Type", "text/plain")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusAccepted {
		t.Fatalf("from %s: status %d: %s", remote, w.Code, w.Body)
	}
	return d.published.all()[0].Address, d
}

func TestClientAddress(t *testing.T) {
	const xff = "X-Forwarded-For"
	proxied := config()
	proxied.TrustedProxies = []string{"10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.9"}
	proxied.ForwardedHeader = xff
	f := func(cfg collector.Config, remote, want string, header ...string) {
		t.Helper()
		if got, _ := behind(t, cfg, remote, header...); got.String() != want {
			t.Errorf("from %s with %q: %s, want %s", remote, header, got, want)
		}
	}
	// Without proxies no header is believed.
	f(config(), "203.0.113.5:4000", "203.0.113.5")
	f(config(), "203.0.113.5:4000", "203.0.113.5", xff, "198.51.100.1", "X-Real-Ip", "198.51.100.1", "Forwarded", "for=198.51.100.1")
	f(config(), "[::ffff:203.0.113.5]:4000", "203.0.113.5")
	f(config(), "[fe80::1%eth0]:4000", "fe80::1")
	f(config(), "@", "::")
	// A stranger's header is not believed either.
	f(proxied, "203.0.113.5:4000", "203.0.113.5", xff, "198.51.100.1")
	// The rightmost address that is no proxy of ours; what stands left of it was written by the client.
	f(proxied, "10.0.0.1:80", "198.51.100.1", xff, "198.51.100.1")
	f(proxied, "10.0.0.1:80", "198.51.100.1", xff, "1.1.1.1, 198.51.100.1")
	f(proxied, "10.0.0.1:80", "198.51.100.1", xff, "garbage, 198.51.100.1 , 10.9.9.9")
	f(proxied, "192.0.2.9:80", "198.51.100.1", xff, "1.1.1.1", xff, "198.51.100.1")
	f(proxied, "[2001:db8:ffff::1]:80", "2001:db8::7", xff, "2001:db8::7")
	f(proxied, "10.0.0.1:80", "2001:db8::7", xff, "[2001:db8::7]:5000")
	f(proxied, "10.0.0.1:80", "2001:db8::7", xff, "[2001:db8::7]")
	f(proxied, "10.0.0.1:80", "198.51.100.1", xff, "198.51.100.1:5000")
	f(proxied, "10.0.0.1:80", "198.51.100.1", xff, "::ffff:198.51.100.1")
	f(proxied, "10.0.0.1:80", "10.0.0.7", xff, "10.0.0.7, 10.0.0.2")
	f(proxied, "10.0.0.1:80", "10.0.0.1")
	f(proxied, "10.0.0.1:80", "10.0.0.1", "X-Real-Ip", "198.51.100.1")
	f(proxied, "10.0.0.1:80", "10.0.0.1", xff, "")
}

func TestForwardedGarbageIsCounted(t *testing.T) {
	cfg := config()
	cfg.TrustedProxies, cfg.ForwardedHeader = []string{"10.0.0.0/8"}, "X-Real-IP"
	f := func(value string) {
		t.Helper()
		got, d := behind(t, cfg, "10.0.0.1:80", "X-Real-IP", value)
		if got.String() != "10.0.0.1" {
			t.Errorf("%q gave %s", value, got)
		}
		if n := d.counter(t, "footfall_collector_forwarded_invalid_total"); n != 1 {
			t.Errorf("%q was counted %v times", value, n)
		}
	}
	f("unknown")
	f("198.51.100.1 10.0.0.1")
	f("198.51.100.1, x")
	f("fe80::1%eth0")
	f("0.0.0.0")
	f("224.0.0.1")
	f("198.51.100.1,")
	f("1.2.3")
	f("[::1")
	f("<script>")
}

func TestBrowserHeadersAreMadeFit(t *testing.T) {
	d := open(t, config())
	post := post(view, "User-Agent", strings.Repeat("ü", 300), "Accept-Language", " de-AT;q=0.9, en", "Sec-CH-UA", "\"A\xff\";v=\"1\"",
		"Sec-CH-UA-Platform", `"Linux"`, "Sec-CH-UA-Mobile", "?0")
	resp, body := d.do(t, post)
	wantStatus(t, resp, body, http.StatusAccepted)
	e := d.published.all()[0]
	if e.UserAgent != strings.Repeat("ü", event.MaxUserAgent/2) {
		t.Errorf("user-agent of %d bytes", len(e.UserAgent))
	}
	if want := (event.Hints{Brands: "\"A\uFFFD\";v=\"1\"", Platform: `"Linux"`, Mobile: "?0"}); e.Hints != want || e.Language != "de-AT" {
		t.Errorf("hints %q, language %q", e.Hints, e.Language)
	}
}

func TestAnyLanguageIsNone(t *testing.T) {
	d := open(t, config())
	d.do(t, post(view, "Accept-Language", "*"))
	d.do(t, post(`{"site":"demo","type":"pageview","url":"/","language":"fr"}`, "Accept-Language", "de"))
	events := d.published.all()
	if events[0].Language != "" || events[1].Language != "fr" {
		t.Errorf("languages %q and %q", events[0].Language, events[1].Language)
	}
}
