package enrich

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/event"
)

func TestApply(t *testing.T) {
	enricher := New(nil)
	f := func(e event.Event, want event.Enrichment) {
		t.Helper()
		for range 2 { // the second one is remembered
			got := e
			enricher.Apply(&got)
			if diff := cmp.Diff(want, got.Enrich); diff != "" {
				t.Errorf("%q (-want +got):\n%s", e.UserAgent, diff)
			}
		}
	}
	chrome := android + "Chrome/131.0.0.0 Mobile Safari/537.36"
	f(event.Event{UserAgent: chrome}, event.Enrichment{Browser: "Chrome", OS: "Android", Device: phone, Rules: Rules})
	f(event.Event{UserAgent: chrome, Hints: event.Hints{Platform: `"Android"`, Mobile: "?0"}}, event.Enrichment{Browser: "Chrome", OS: "Android", Device: tablet, Rules: Rules})
	f(event.Event{}, event.Enrichment{})
	f(event.Event{UserAgent: "\xff\x00"}, event.Enrichment{Rules: Rules})
	f(event.Event{UserAgent: "curl/8", Enrich: event.Enrichment{Country: "AT"}}, event.Enrichment{Browser: "curl", Country: "AT", Rules: Rules})
}

// TestMemoryIsBounded: whoever makes up user-agents fills no memory.
func TestMemoryIsBounded(t *testing.T) {
	enricher := New(nil)
	for i := range 3 * maxAgents {
		enricher.Apply(&event.Event{UserAgent: "agent-" + strconv.Itoa(i)})
	}
	enricher.agents.CleanUp()
	if n := enricher.agents.EstimatedSize(); n > maxAgents {
		t.Errorf("%d user-agents are remembered, at most %d should be", n, maxAgents)
	}
}

// TestRulesNameTheLibrary: another version of the library is another version of the rules.
func TestRulesNameTheLibrary(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(mod), "github.com/mileusna/useragent v")
	version, _, _ := strings.Cut(rest, "\n")
	if version == "" || !strings.HasPrefix(Rules, "useragent "+version+",") {
		t.Errorf("the rules are %q, go.mod requires version %q", Rules, version)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(webKit + "Chrome/131.0.0.0 Safari/537.36")
	f.Add("a (b; c) [d/e; f:g] http://h")
	f.Fuzz(func(t *testing.T, userAgent string) {
		a := parse(userAgent)
		for _, name := range []string{a.browser, a.os, a.device} {
			if err := event.CheckText("", name, maxName); err != nil {
				t.Errorf("parse(%q) gives %q: %v", userAgent, name, err)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		parse(webKit + "Chrome/131.0.0.0 Safari/537.36")
	}
}

func BenchmarkApply(b *testing.B) {
	enricher, e := New(nil), event.Event{UserAgent: webKit + "Chrome/131.0.0.0 Safari/537.36", Hints: event.Hints{Platform: `"Windows"`, Mobile: "?0"}}
	b.ReportAllocs()
	for b.Loop() {
		enricher.Apply(&e)
	}
}
