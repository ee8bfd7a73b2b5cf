// Package enrich derives from what an event says what is asked of it later: browser, operating system and
// device from user-agent and client hints, place and network from the address. The collector calls it before the privacy mode and before Kafka,
// so that every hop behind it sees the same values, and stamps them with the version of the rules.
//
// Nothing here fails: what is not known stays "".
package enrich

import (
	"strings"

	"github.com/maypok86/otter/v2"

	"github.com/footfall-analytics/footfall/pkg/enrich/networks"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// Rules names the rules behind browser, os and device: the library with its version, and the version of
// what this package adds to it.
const Rules = "useragent 1.3.5, footfall 1"

// maxAgents bounds the memory: about 8 MB when each user-agent is as long as it may be.
const maxAgents = 10_000

// Enricher fills in what is derived. It is safe for concurrent use.
type Enricher struct {
	agents   *otter.Cache[string, agent]
	networks *networks.Networks
}

// New makes an Enricher that remembers the user-agents seen last, and looks addresses up in known
// networks; nil knows none.
func New(known *networks.Networks) *Enricher {
	return &Enricher{otter.Must(&otter.Options[string, agent]{MaximumSize: maxAgents}), known}
}

// Apply sets e.Enrich from the event's address, user-agent and hints. It must see the address before the
// privacy mode does. Where nothing is to be derived from, it leaves the event as it is.
func (r *Enricher) Apply(e *event.Event) {
	rules := ""
	if r.networks != nil {
		rules = r.networks.Apply(e)
	}
	if e.UserAgent != "" || e.Hints != (event.Hints{}) {
		a := r.agent(e.UserAgent).hinted(e.Hints)
		e.Enrich.Browser, e.Enrich.OS, e.Enrich.Device = a.browser, a.os, a.device
		rules = joined(Rules, rules)
	}
	if rules != "" {
		e.Enrich.Rules = rules
	}
}

func joined(a, b string) string {
	if b == "" {
		return a
	}
	return a + ", " + b
}

func (r *Enricher) agent(userAgent string) agent {
	if a, ok := r.agents.GetIfPresent(userAgent); ok {
		return a
	}
	a := parse(userAgent)
	r.agents.Set(strings.Clone(userAgent), a) // the text may be a part of a whole request
	return a
}
