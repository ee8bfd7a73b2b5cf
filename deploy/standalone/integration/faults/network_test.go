package faults

import (
	"math/rand/v2"
	"testing"
)

// weather is what a network can do to connections.
type weather struct {
	name string
	add  func(t testing.TB, p *faultProxy)
}

func weathers() []weather {
	toxic := func(kind string, toxicity float32, attributes toxics) func(testing.TB, *faultProxy) {
		return func(t testing.TB, p *faultProxy) {
			p.add(t, kind, up, toxicity, attributes)
			p.add(t, kind, down, toxicity, attributes)
		}
	}
	return []weather{
		{"late", toxic("latency", 1, toxics{"latency": 80, "jitter": 60})},
		{"narrow", toxic("bandwidth", 1, toxics{"rate": 40})},
		{"crumbling", toxic("slicer", 1, toxics{"average_size": 200, "size_variation": 150, "delay": 500})},
		{"lossy", toxic("reset_peer", 0.3, toxics{"timeout": 300})},
		{"cut short", toxic("limit_data", 0.5, toxics{"bytes": 20_000})},
		{"slow to close", toxic("slow_close", 1, toxics{"delay": 1000})},
		{"half open, nothing arrives", func(t testing.TB, p *faultProxy) { p.hold(t, up) }},
		{"half open, nothing returns", func(t testing.TB, p *faultProxy) { p.hold(t, down) }},
	}
}

// TestNetwork puts every kind of trouble on every way, one after the other.
func TestNetwork(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		w.awaitStored(0, 20)
		links := []*faultProxy{w.engine.link}
		if w.broker.collectorLink() != nil {
			links = append(links, w.broker.collectorLink(), w.broker.consumerLink())
		}
		r := rand.New(rand.NewPCG(*seed, 3))
		kinds := weathers()
		r.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		for i, k := range kinds {
			p := links[(i+r.IntN(2))%len(links)]
			t.Logf("%s: %s", p.proxy.Name, k.name)
			k.add(t, p)
			before, refused := w.journal.count(acknowledged), w.load.refused.Load()
			await(t, "events or a refusal", func() bool {
				return w.journal.count(acknowledged) >= before+200 || w.load.refused.Load() > refused
			}, w.collector.tail)
			w.heal()
		}
		w.awaitStored(w.stored(), 100)
		w.settle()
	})
}
