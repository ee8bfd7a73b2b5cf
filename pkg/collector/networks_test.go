package collector_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/enrich"
	"github.com/footfall-analytics/footfall/pkg/enrich/networks"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// known makes an enricher that knows the networks that tests post from.
func known(t testing.TB) *enrich.Enricher {
	t.Helper()
	dir := t.TempDir()
	systems, own := filepath.Join(dir, "systems.csv"), filepath.Join(dir, "own.csv")
	for path, content := range map[string]string{
		systems: "198.51.100.0,198.51.100.255,64500,Example Telecom\n192.0.2.0,192.0.2.255,64501,Test Hosting\n2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,64502,Example University\n",
		own:     "198.51.100.64/26,Customer\n",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n, err := networks.New(networks.Config{ASN: []string{systems}, Networks: own}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return enrich.New(n)
}

// TestNetworkIsKnownOfMaskedAddress: the network is found by the whole address, whatever the privacy mode
// leaves of it, and whoever saw the view.
func TestNetworkIsKnownOfMaskedAddress(t *testing.T) {
	f := func(r *http.Request, from, wantAddress, want string) {
		t.Helper()
		published := &memory{capacity: 10}
		c, err := collector.New(config(), published, directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry(), collector.WithEnricher(known(t)))
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = net.JoinHostPort(from, "1234")
		w := httptest.NewRecorder()
		c.Handler().ServeHTTP(w, r)
		all := published.all()
		if len(all) != 1 {
			t.Fatalf("%s from %s: %d events, %s", r.URL, from, len(all), w.Body)
		}
		e := all[0]
		if got := e.Enrich.Organisation + "/" + e.Enrich.NetworkClass; got != want || !strings.HasPrefix(e.Address.String(), wantAddress) {
			t.Errorf("%s from %s: %q of %s, want %q of %s", r.URL, from, got, e.Address, want, wantAddress)
		}
		if !strings.Contains(e.Enrich.Rules, "asn ") || !strings.Contains(e.Enrich.Rules, "classes ") {
			t.Errorf("%s: the rules %q do not name the files", r.URL, e.Enrich.Rules)
		}
	}
	beacon := func(site string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(`{"site":"`+site+`","type":"pageview","url":"http://demo/a"}`))
		r.Header.Set("Content-Type", "application/json")
		return r
	}
	pixel := httptest.NewRequest(http.MethodGet, "/v1/pixel.gif?site=short&url=http://demo/a", nil)
	server := func(address string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/v1/batch", strings.NewReader(
			`{"site":"short","type":"pageview","url":"http://demo/a","witness":"log","address":"`+address+`"}`))
		r.Header.Set("Content-Type", "application/x-ndjson")
		r.Header.Set("Authorization", "Bearer "+token)
		return r
	}
	f(beacon("demo"), "198.51.100.9", "198.51.100.9", "Example Telecom/isp")
	f(beacon("short"), "198.51.100.9", "198.51.100.0", "Example Telecom/isp")
	f(beacon("short"), "198.51.100.70", "198.51.100.0", "Customer/business")
	f(beacon("keyed"), "198.51.100.70", "fd", "Customer/business")
	f(beacon("short"), "::ffff:198.51.100.70", "198.51.100.0", "Customer/business")
	f(beacon("short"), "2001:db8:1:2::3", "2001:db8:1::", "Example University/education")
	f(pixel, "198.51.100.70", "198.51.100.0", "Customer/business")
	f(server("198.51.100.70"), "192.0.2.1", "198.51.100.0", "Customer/business")
	f(beacon("short"), "203.0.113.1", "203.0.113.0", "/")
}

// benchNetworks posts from many addresses, so that most are looked up and few remembered.
func benchNetworks(b *testing.B, e *enrich.Enricher) {
	b.Helper()
	instant := publisherFunc(func(context.Context, []event.Event) error { return nil })
	c, err := collector.New(config(), instant, directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry(), collector.WithEnricher(e))
	if err != nil {
		b.Fatal(err)
	}
	w, n := &discard{h: http.Header{}}, uint32(0)
	begin := cpuTime(b)
	b.ReportAllocs()
	for b.Loop() {
		n = n*1664525 + 1013904223
		r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(typicalView))
		r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
		r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36")
		r.RemoteAddr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), 7}), 1234).String()
		if c.Handler().ServeHTTP(w, r); w.status != http.StatusAccepted {
			b.Fatalf("status %d", w.status)
		}
	}
	b.ReportMetric(float64(cpuTime(b)-begin)/float64(b.N), "cpu-ns/event")
}

func BenchmarkWithoutNetworks(b *testing.B) { benchNetworks(b, enrich.New(nil)) }

// BenchmarkWithNetworks looks addresses up in the files that FOOTFALL_ENRICH_COUNTRY and
// FOOTFALL_ENRICH_ASN name, or in small ones.
func BenchmarkWithNetworks(b *testing.B) {
	country, asn := os.Getenv("FOOTFALL_ENRICH_COUNTRY"), os.Getenv("FOOTFALL_ENRICH_ASN")
	if country == "" || asn == "" {
		benchNetworks(b, known(b))
		return
	}
	n, err := networks.New(networks.Config{Country: strings.Split(country, ","), ASN: strings.Split(asn, ",")}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	benchNetworks(b, enrich.New(n))
}
