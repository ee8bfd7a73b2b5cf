package enrich

import (
	"strconv"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/event"
)

func newBots(t testing.TB) *Bots {
	t.Helper()
	b, err := NewBots(rules.BotsConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMark(t *testing.T) {
	bots := newBots(t)
	f := func(e event.Event, want uint64) {
		t.Helper()
		for range 2 { // the second one is remembered
			got := e
			bots.Mark(&got)
			if got.Enrich.BotReasons != want {
				t.Errorf("%+v: %q, want %q", e, rules.Reasons(got.Enrich.BotReasons), rules.Reasons(want))
			}
		}
	}
	const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:27.0) Gecko/20100101 Firefox/27.0"
	const brands = `"Google Chrome";v="131", "Chromium";v="131"`
	page := event.Event{Kind: event.Pageview, Witness: event.LogLine, UserAgent: chrome, Path: "/"}
	with := func(change func(*event.Event)) event.Event {
		e := page
		change(&e)
		return e
	}
	f(page, 0)
	f(with(func(e *event.Event) { e.UserAgent = "" }), rules.NoAgent)
	f(with(func(e *event.Event) { e.UserAgent, e.Witness = "", event.API }), 0)
	f(with(func(e *event.Event) { e.Path = "/.env" }), rules.Probe)
	f(with(func(e *event.Event) { e.Path = "/blog/.env" }), 0)
	f(with(func(e *event.Event) { e.Kind, e.Path = event.Engagement, "/.env" }), 0)
	f(with(func(e *event.Event) { e.Enrich.NetworkClass = "hosting" }), rules.Hosting)
	f(with(func(e *event.Event) { e.Enrich.NetworkClass = "vpn" }), 0)
	f(with(func(e *event.Event) { e.UserAgent, e.Enrich.NetworkClass = "curl/8.1", "hosting" }), rules.Hosting|rules.Library)

	hints := func(userAgent, brands, platform string, want uint64) {
		t.Helper()
		f(with(func(e *event.Event) {
			e.UserAgent, e.Hints = userAgent, event.Hints{Brands: brands, Platform: platform}
		}), want)
	}
	hints(chrome, brands, `"Windows"`, 0)
	hints(chrome, brands, `"Linux"`, rules.Contradiction)
	hints(chrome, `"HeadlessChrome";v="131", "Chromium";v="131"`, `"Windows"`, rules.Contradiction)
	hints(firefox, brands, `"Linux"`, rules.Contradiction)
	hints(firefox, "", "", 0)
	hints("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", brands, `"Android"`, 0) // desktop pages on a phone
}

// TestAgentsAreBounded: whoever makes up user-agents fills no memory.
func TestAgentsAreBounded(t *testing.T) {
	bots := newBots(t)
	for i := range 3 * maxAgents {
		bots.Mark(&event.Event{UserAgent: "agent-" + strconv.Itoa(i)})
	}
	bots.agents.CleanUp()
	if n := bots.agents.EstimatedSize(); n > maxAgents {
		t.Errorf("%d user-agents are remembered, at most %d should be", n, maxAgents)
	}
}

func BenchmarkMark(b *testing.B) {
	bots, e := newBots(b), event.Event{Kind: event.Pageview, Witness: event.Beacon, UserAgent: webKit + "Chrome/131.0.0.0 Safari/537.36", Path: "/articles/1"}
	for b.Loop() {
		bots.Mark(&e)
	}
}
