// Package enrich derives from what an event says what is asked of it later: browser, operating system and
// device from user-agent and client hints. The collector calls it before the privacy mode and before Kafka,
// so that every hop behind it sees the same values, and stamps them with the version of the rules.
//
// Nothing here fails: what is not known stays "".
package enrich

import (
	"strings"

	"github.com/maypok86/otter/v2"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Rules names the rules behind browser, os and device: the library with its version, and the version of
// what this package adds to it.
const Rules = "useragent 1.3.5, footfall 1"

// maxAgents bounds the memory: about 8 MB when each user-agent is as long as it may be.
const maxAgents = 10_000

// Enricher fills in what is derived. It is safe for concurrent use.
type Enricher struct {
	agents *otter.Cache[string, agent]
}

// New makes an Enricher that remembers the user-agents seen last.
func New() *Enricher {
	return &Enricher{otter.Must(&otter.Options[string, agent]{MaximumSize: maxAgents})}
}

// Apply sets e.Enrich from the event's user-agent and hints. Without either it leaves the event as it is.
func (r *Enricher) Apply(e *event.Event) {
	if e.UserAgent == "" && e.Hints == (event.Hints{}) {
		return
	}
	a := r.agent(e.UserAgent).hinted(e.Hints)
	e.Enrich.Browser, e.Enrich.OS, e.Enrich.Device, e.Enrich.Rules = a.browser, a.os, a.device, Rules
}

func (r *Enricher) agent(userAgent string) agent {
	if a, ok := r.agents.GetIfPresent(userAgent); ok {
		return a
	}
	a := parse(userAgent)
	r.agents.Set(strings.Clone(userAgent), a) // the text may be a part of a whole request
	return a
}
