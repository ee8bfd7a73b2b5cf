package collector_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/enrich"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
)

// TestOwnBots: what is noted when an event is recorded follows the operator's file: its user-agents and paths.
func TestOwnBots(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bots.json")
	if err := os.WriteFile(file, []byte(`{"version": "own", "crawlers": ["^Acme "], "people": ["Googlebot"], "probes": ["/admin"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := enrich.NewBots(rules.BotsConfig{Bots: file})
	if err != nil {
		t.Fatal(err)
	}
	f := func(agent, path string, want uint64, options ...collector.Option) {
		t.Helper()
		published := &memory{capacity: 1}
		c, err := collector.New(config(), published, directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry(), options...)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(`{"site":"demo","type":"pageview","url":"http://demo`+path+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("User-Agent", agent)
		c.Handler().ServeHTTP(httptest.NewRecorder(), r)
		all := published.all()
		if len(all) != 1 {
			t.Fatalf("%d events", len(all))
		}
		if got := all[0].Enrich.BotReasons; got != want {
			t.Errorf("%s for %s: %q, want %q", agent, path, rules.Reasons(got), rules.Reasons(want))
		}
	}
	f("Acme 1", "/admin", 0)
	f("Acme 1", "/admin", rules.Crawler|rules.Probe, collector.WithBots(own))
	f("Googlebot/2.1", "/a", rules.Crawler)
	f("Googlebot/2.1", "/a", 0, collector.WithBots(own))
}
