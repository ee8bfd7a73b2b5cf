package dashboard

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/enrich"
	"github.com/footfall-analytics/footfall/pkg/enrich/networks"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// kept is a publisher that keeps what it is given.
type kept struct{ events []event.Event }

func (k *kept) Publish(_ context.Context, events []event.Event) error {
	k.events = append(k.events, events...)
	return nil
}

// collected posts log lines to a collector that knows networks and masks addresses.
func collected(t *testing.T, site string, lines []string) []event.Event {
	t.Helper()
	dir := t.TempDir()
	systems, own := filepath.Join(dir, "systems.csv"), filepath.Join(dir, "own.csv")
	for path, content := range map[string]string{
		systems: "198.18.0.0,198.18.2.255,64500,Example Telecom\n198.18.3.0,198.18.3.255,64501,First Bank of Examples\n" +
			"198.18.4.0,198.18.4.255,64502,Someone Ltd\n198.18.5.0,198.18.5.255,64503,Example Hosting\n",
		own: "198.18.1.64/26,Customer\n198.18.2.0/24,Our provider,isp\n",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	known, err := networks.New(networks.Config{ASN: []string{systems}, Networks: own}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	const token = "a-token-of-the-test-1"
	cfg := collector.Config{CollectorAddr: "127.0.0.1:0", MaxConnections: 8, Token: []string{token}, PublishTimeout: time.Second, BatchesAtOnce: 1}
	var published kept
	masked := sites.Of(sites.Site{Key: site, Zone: time.UTC, Privacy: event.Truncated})
	c, err := collector.New(cfg, &published, masked, slog.New(slog.DiscardHandler), prometheus.NewRegistry(), collector.WithEnricher(enrich.New(known)))
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/batch", io.NopCloser(strings.NewReader(strings.Join(lines, "\n"))))
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	if c.Handler().ServeHTTP(w, r); w.Code != http.StatusAccepted || len(published.events) != len(lines) {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	return published.events
}

// TestCompanies follows log lines from the collector, which masks their addresses, to the report.
func TestCompanies(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2023, Month: 6, Day: 6}, Zone: time.UTC}
	var lines []string
	visit := func(address string, paths ...string) { // two minutes apart: the last view's time is unknown
		for i, path := range paths {
			at := day.Start().Add(10*time.Hour + time.Duration(i)*2*time.Minute).Format(time.RFC3339)
			lines = append(lines, `{"site":"companies","type":"pageview","url":"http://demo`+path+`","witness":"log","address":"`+address+`","time":"`+at+`"}`)
		}
	}
	// Masked to their /24, the addresses of one /24 are one, with one network: here each has its own.
	visit("198.18.1.70", "/a", "/b", "/a", "/c")  // on the own list
	visit("198.18.3.9", "/a", "/b", "/b")         // a bank by its name
	visit("198.18.4.9", "/a", "/b", "/c", "/c")   // no rule knows it
	visit("198.18.0.9", "/a", "/b", "/c", "/d")   // internet provider
	visit("198.18.2.130", "/a", "/b", "/c", "/d") // internet provider by the own list
	visit("198.18.5.200", "/a", "/b", "/c", "/d") // hosting
	visit("203.0.113.8", "/a", "/b", "/c", "/d")  // in no file
	insert(t, collected(t, "companies", lines))
	publish(t, day, "companies")

	c := open(t, time.UTC, access.Everyone{})
	f := func(want []string, more ...string) {
		t.Helper()
		var table figures.Table
		question := append([]string{"range", day.Date.String() + ".." + day.Date.String(), "bots", "all", "sort", "organisation"}, more...)
		c.get(200, &table, "/sites/companies/reports/companies", question...)
		var got []string
		for _, row := range table.Rows {
			organisation, _ := row["organisation"].(string)
			confidence, _ := row["confidence"].(string)
			if reason, _ := row["reason"].(string); reason == "" || row["network_class"] == "isp" {
				t.Errorf("%v: %v", more, row)
			}
			got = append(got, organisation+" "+confidence)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", more, diff)
		}
	}
	f([]string{"Customer high", "First Bank of Examples medium"})
	f([]string{"Customer high", "First Bank of Examples medium", "Someone Ltd low"}, "least_confidence", "low")
	f([]string{"Customer high"}, "least_confidence", "high")
	f([]string{"Customer high", "Someone Ltd low"}, "least_views", "4", "least_confidence", "low")
	f([]string{"Customer high", "Someone Ltd low"}, "least_seconds", "300", "least_confidence", "low")
	f(nil, "least_seconds", "361")
	f([]string{"Customer high"}, "filter", "path:/a", "least_views", "2")
	f(nil, "filter", "path:/a", "least_views", "2", "least_seconds", "241")
	f([]string{"First Bank of Examples medium"}, "search", "bank")
	f([]string{"First Bank of Examples medium"}, "filter", "network_class:business", "filter", "asn:64501")

	var networks figures.Table
	c.get(200, &networks, "/sites/companies/reports/networks", "range", "2023-06-06..2023-06-06", "bots", "all", "search", "customer")
	if len(networks.Rows) != 1 || networks.Rows[0]["accesses"] != 4.0 || networks.Rows[0]["network_class"] != "business" {
		t.Errorf("networks: %v", networks.Rows)
	}
}
