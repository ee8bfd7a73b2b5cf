package enrich

import (
	"strings"

	"github.com/maypok86/otter/v2"

	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// Bots marks events that show signs of a bot. It is safe for concurrent use.
type Bots struct {
	rules  rules.Bots
	agents *otter.Cache[string, uint64]
}

// NewBots makes Bots that go by the file of the settings, and remember the user-agents seen last.
func NewBots(cfg rules.BotsConfig) (*Bots, error) {
	r, err := rules.ReadBots(cfg)
	if err != nil {
		return nil, err
	}
	return &Bots{r, otter.Must(&otter.Options[string, uint64]{MaximumSize: maxAgents})}, nil
}

// Mark sets e.Enrich.BotReasons from what the event alone tells. Its network must be known by then.
func (b *Bots) Mark(e *event.Event) {
	bits := b.agent(e.UserAgent)
	if e.UserAgent == "" && e.Witness != event.API { // a trusted server need not say what its visitors use
		bits |= rules.NoAgent
	}
	if contradicts(e.Hints, e.UserAgent) {
		bits |= rules.Contradiction
	}
	if e.Kind == event.Pageview && b.rules.IsProbe(e.Path) {
		bits |= rules.Probe
	}
	if e.Enrich.NetworkClass == "hosting" {
		bits |= rules.Hosting
	}
	e.Enrich.BotReasons = bits
}

func (b *Bots) agent(userAgent string) uint64 {
	if bits, ok := b.agents.GetIfPresent(userAgent); ok {
		return bits
	}
	bits := b.rules.BotReasons(userAgent)
	b.agents.Set(strings.Clone(userAgent), bits) // the text may be a part of a whole request
	return bits
}

// contradicts: hints of Chromium beside a user-agent that is not of its family, of a browser without a
// window that calls itself one with, or of another desktop system. Other differences have harmless causes,
// such as the desktop pages of a phone.
func contradicts(h event.Hints, userAgent string) bool {
	if strings.Contains(h.Brands, "HeadlessChrome") && !strings.Contains(userAgent, "HeadlessChrome") {
		return true
	}
	if strings.Contains(h.Brands, "Chromium") && !strings.Contains(userAgent, "Chrom") {
		return true
	}
	windows, mac := strings.Contains(userAgent, "Windows NT"), strings.Contains(userAgent, "Macintosh")
	switch h.Platform {
	case `"Windows"`:
		return !windows
	case `"macOS"`:
		return !mac
	case `"Linux"`:
		return windows || mac
	}
	return false
}
