package dashboard

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/alerts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// watch is an Alerts as the service wires it, at an instant: a process that has just started.
func watch(t *testing.T, rules string, ways alerts.Ways, now time.Time) *alerts.Alerts {
	t.Helper()
	file := filepath.Join(t.TempDir(), "alerts.yaml")
	if err := os.WriteFile(file, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := sites.Open(time.UTC)
	a, err := alerts.New(alerts.Config{Alerts: file}, ways, "https://stats.example.com", figures.New(store, dir), dir, store, slog.New(slog.NewTextHandler(os.Stderr, nil)), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	a.Now = func() time.Time { return now }
	return a
}

// told takes the messages that a webhook has got.
func told(t *testing.T, got chan posted) (all []string) {
	t.Helper()
	for len(got) > 0 {
		p := <-got
		var m alerts.Message
		if err := json.Unmarshal(p.body, &m); err != nil {
			t.Fatal(err)
		}
		if p.header.Get(delivery.Header) != m.ID || !strings.HasPrefix(p.header.Get(delivery.SignatureHeader), "t=") {
			t.Errorf("message %q came as %v", m.ID, p.header)
		}
		line := strings.TrimSpace(m.Rule + " " + m.State + " " + m.Day)
		if m.Test {
			line = "test of " + line
		}
		all = append(all, line)
	}
	return all
}

func wantTold(t *testing.T, got chan posted, want ...string) {
	t.Helper()
	if all := told(t, got); strings.Join(all, "; ") != strings.Join(want, "; ") {
		t.Errorf("told %q, want %q", all, want)
	}
}

// ruleFile writes rules that all tell a webhook.
func ruleFile(t *testing.T, refused int, rules ...string) (string, chan posted) {
	t.Helper()
	cfg, got := byHook(t, refused)
	return "defaults: {webhook: '" + cfg.Webhook + "', webhook_secret_file: '" + cfg.WebhookSecretFile + "'}\nrules:\n  - {" + strings.Join(rules, "}\n  - {") + "}\n", got
}

func liveView(site string, at time.Time) event.Event {
	id := event.NewID(at)
	return event.Event{ID: id, ViewID: id, Site: site, Kind: event.Pageview, Witness: event.Beacon, Time: at, Received: at,
		Address: netip.MustParseAddr("203.0.113.1"), AddressMode: event.Full, Path: "/"}
}

// TestAlertsLive: one message when a rule begins to hold, one when it ends, none between, also after restarts.
func TestAlertsLive(t *testing.T) {
	now := time.Now().UTC()
	rules, got := ruleFile(t, 0, "name: live-quiet, site: al-live, no_data: 10m", "name: live-busy, site: al-live, figure: live_views, above: 0")
	look := func(at time.Time) {
		t.Helper()
		watch(t, rules, alerts.Ways{}, at).Look(t.Context())
	}
	look(now)
	look(now)
	wantTold(t, got, "live-quiet began")
	insert(t, []event.Event{liveView("al-live", now)})
	look(now)
	look(now.Add(time.Minute))
	wantTold(t, got, "live-quiet ended", "live-busy began")
	look(now.Add(9 * time.Minute))
	wantTold(t, got)
	look(now.Add(11 * time.Minute))
	look(now.Add(12 * time.Minute))
	wantTold(t, got, "live-quiet began")
}

// TestAlertsSilence: nobody is told while a rule is silenced; what still holds after that is told, and the
// end of what nobody was told of is not.
func TestAlertsSilence(t *testing.T) {
	now := time.Now().UTC()
	rules, got := ruleFile(t, 0, "name: silent-a, site: al-a, no_data: 10m", "name: silent-b, site: al-b, no_data: 10m")
	a := watch(t, rules, alerts.Ways{}, now)
	c := serveAlerts(t, a, access.Everyone{})
	until := map[string]any{"until": now.Add(time.Hour)}
	c.send(204, "POST", "/alerts/silent-a/silence", until, nil)
	c.send(204, "POST", "/alerts/silent-b/silence", until, nil)
	a.Look(t.Context())
	wantTold(t, got)
	insert(t, []event.Event{liveView("al-a", now)})
	a.Look(t.Context())
	c.send(204, "DELETE", "/alerts/silent-a/silence", nil, nil)
	a.Look(t.Context())
	wantTold(t, got)
	watch(t, rules, alerts.Ways{}, now.Add(61*time.Minute)).Look(t.Context())
	wantTold(t, got, "silent-a began", "silent-b began") // a is quiet again by then
}

// TestAlertsDays: each day is judged once, when it is final; a day that is missing among those of
// comparison makes what is usual unknown.
func TestAlertsDays(t *testing.T) {
	day := ledger.Date{Year: 2009, Month: 10, Day: 18}
	example(t, "al-day", day.Add(-7))
	rules, got := ruleFile(t, 0,
		"name: day-high, site: al-day, figure: accesses, above: 3", "name: day-low, site: al-day, figure: accesses, below: 3",
		"name: day-page, site: al-day, figure: accesses, above: 1, filters: ['path:/a']", "name: day-ip, site: al-day, figure: accesses, above: 0, filters: ['ip:192.0.2.99']",
		"name: day-share, site: al-day, beacon_share_below: 0.999", "name: day-off, site: al-day, figure: accesses, deviates_percent: 10")
	now := ledger.Day{Date: day, Zone: time.UTC}.End().Add(3 * time.Hour)
	watch(t, rules, alerts.Ways{}, now).Look(t.Context()) // the newest final day is a week old
	before := told(t, got)
	example(t, "al-day", day)
	for range 3 {
		watch(t, rules, alerts.Ways{}, now).Look(t.Context())
	}
	all := told(t, got)
	for _, want := range []string{"day-high day 2009-10-18", "day-page day 2009-10-18"} {
		if n := strings.Count(strings.Join(all, ";")+";", want+";"); n != 1 {
			t.Errorf("%s was told %d times: %q (before %q)", want, n, all, before)
		}
	}
	if text := strings.Join(all, ";"); strings.Contains(text, "day-low") || strings.Contains(text, "day-ip") || strings.Contains(text, "day-off") {
		t.Errorf("told %q", all)
	}
	var state struct{ Rules []alerts.AlertRule }
	serveAlerts(t, watch(t, rules, alerts.Ways{}, now), access.Everyone{}).get(200, &state, "/alerts")
	var lines []string
	for _, r := range state.Rules {
		lines = append(lines, r.Name+" "+string(r.State)+" "+r.Shown)
	}
	t.Log(lines)
	if text := strings.Join(lines, ";"); !strings.Contains(text, "day-high holds 4;day-low clear 4;day-page holds 2;day-ip clear 0;") || !strings.Contains(text, "day-off unknown 4") {
		t.Errorf("the rules stand %q", lines)
	}
}

// TestAlertsRefused: what a webhook refuses is tried again, though not at once, and stands in the history.
func TestAlertsRefused(t *testing.T) {
	rules, got := ruleFile(t, 1, "name: refused, site: al-refused, no_data: 10m")
	a := watch(t, rules, alerts.Ways{}, time.Now())
	a.Look(t.Context())
	a.Look(t.Context())
	wantTold(t, got, "refused began")
	var h struct{ Events []alerts.AlertEvent }
	serveAlerts(t, a, access.Everyone{}).get(200, &h, "/alerts/history", "rule", "refused")
	if len(h.Events) != 2 || h.Events[0].State != "failed" || !strings.Contains(h.Events[0].Detail, "503") || h.Events[1].Verdict != alerts.Holds {
		t.Errorf("the history is %+v", h.Events)
	}
}

func serveAlerts(t *testing.T, a *alerts.Alerts, who access.Authenticator) client {
	t.Helper()
	server := httptest.NewServer(dashboard.New(who, slog.New(slog.DiscardHandler), a).Handler())
	t.Cleanup(server.Close)
	return client{t, server.URL + "/api/v1"}
}

// TestAlertsAPI: a test message by mail is marked and does not count; people see the rules of their sites.
func TestAlertsAPI(t *testing.T) {
	to := unique("anna")
	cfg, server := byMail(t, "starttls", to)
	rules := "defaults: {to: ['" + to + "']}\nrules:\n" +
		"  - {name: api-mine, site: al-mine, no_data: 10m}\n" +
		"  - {name: api-other, site: al-other, figure: sessions, below: 1, filters: ['path:/<script>alert(1)</script>']}\n"
	a := watch(t, rules, alerts.Ways{Mail: cfg.Mail}, time.Now())
	viewer := serveAlerts(t, a, as{Name: "vic", Role: access.Viewer, Sites: []string{"al-mine"}, Via: access.Session})
	admin := serveAlerts(t, a, access.Everyone{})
	var state struct{ Rules []alerts.AlertRule }
	viewer.get(200, &state, "/alerts")
	if len(state.Rules) != 1 || state.Rules[0].Name != "api-mine" || state.Rules[0].State != alerts.Unknown {
		t.Errorf("a viewer of one site sees %+v", state.Rules)
	}
	viewer.get(404, nil, "/alerts/history", "rule", "api-other")
	viewer.send(403, "POST", "/alerts/api-mine/test", nil, nil)
	viewer.send(403, "POST", "/alerts/api-mine/silence", map[string]any{"until": time.Now().Add(time.Hour)}, nil)
	viewer.send(403, "DELETE", "/alerts/api-mine/silence", nil, nil)
	share := as{Name: "link", Role: access.Viewer, Via: access.Link, Share: &access.Share{Site: "al-mine", Page: "overview"}}
	serveAlerts(t, a, share).get(403, nil, "/alerts")
	part := serveAlerts(t, a, as{Name: "adam", Role: access.Admin, Sites: []string{"al-mine"}, Via: access.Session})
	part.send(404, "POST", "/alerts/api-other/test", nil, nil)
	admin.send(404, "POST", "/alerts/nothing/test", nil, nil)
	admin.send(422, "POST", "/alerts/api-mine/silence", map[string]any{"until": time.Now().Add(-time.Hour)}, nil)
	admin.send(204, "POST", "/alerts/api-other/test", nil, nil)
	server.RefuseNext(1)
	admin.send(502, "POST", "/alerts/api-mine/test", nil, nil)
	mails := server.Taken()
	if len(mails) != 1 {
		t.Fatalf("%d mails came", len(mails))
	}
	header, found := parts(t, mails[0])
	if !strings.HasPrefix(header.Get("Subject"), "Test: ") || strings.Contains(string(found["text/html"]), "<script") || !strings.Contains(string(found["text/plain"]), "path:/<script>alert(1)</script>") {
		t.Errorf("%v\n%s", header, found["text/html"])
	}
	a.Look(t.Context())
	if mails := server.Taken(); len(mails) != 2 || !strings.Contains(string(mails[1].Content), "Subject: al-mine: received") {
		t.Errorf("after the test %d mails came", len(mails))
	}
	admin.get(200, &state, "/alerts")
	if len(state.Rules) != 2 || state.Rules[0].State != alerts.Holds || state.Rules[0].Sent == nil {
		t.Errorf("the rules stand %+v", state.Rules)
	}
}

// TestAlertsDeviates: a day is held against the same weekday of the four weeks before.
func TestAlertsDeviates(t *testing.T) {
	day := ledger.Date{Year: 2023, Month: 11, Day: 15}
	for week := 1; week <= 4; week++ { // days without a view: nothing is usual
		publish(t, ledger.Day{Date: day.Add(-7 * week), Zone: time.UTC}, "al-off")
	}
	now := example(t, "al-off", day).End().Add(3 * time.Hour)
	rules, got := ruleFile(t, 0, "name: off, site: al-off, figure: accesses, deviates_percent: 50")
	a := watch(t, rules, alerts.Ways{}, now)
	a.Look(t.Context())
	wantTold(t, got, "off day 2023-11-15")
	var state struct{ Rules []alerts.AlertRule }
	serveAlerts(t, a, access.Everyone{}).get(200, &state, "/alerts")
	if r := state.Rules[0]; r.State != alerts.Holds || r.Usual == nil || *r.Usual != 0 || *r.Value != 4 {
		t.Errorf("the rule stands %+v", r)
	}
}

// TestAlertsOnce: of several processes that look at once, one tells.
func TestAlertsOnce(t *testing.T) {
	rules, got := ruleFile(t, 0, "name: once, site: al-once, no_data: 10m")
	var all sync.WaitGroup
	for range 4 {
		a := watch(t, rules, alerts.Ways{}, time.Now())
		all.Go(func() { a.Look(t.Context()) })
	}
	all.Wait()
	watch(t, rules, alerts.Ways{}, time.Now()).Look(t.Context()) // those that stepped back leave it to the next look
	wantTold(t, got, "once began")
}
