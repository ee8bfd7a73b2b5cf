package faults

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// onRequest is the kind of Kafka of the scenarios that run only when all is asked for.
const onRequest = ""

// on runs a scenario on both kinds of Kafka when all is asked for. Otherwise it runs on one kind or, so
// that make test stays short, not at all.
func on(t *testing.T, kind string, scenario func(t *testing.T, kind string)) {
	t.Helper()
	kinds := []string{kind}
	switch {
	case *all:
		kinds = []string{apache, embedded}
	case kind == onRequest:
		t.Skip("runs with -all")
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) { scenario(t, kind) })
	}
}

// TestKills kills the collector and the consumer at moments that the seed draws: at random ones, and at
// those where something is sent and not acknowledged, inserted and not answered, or stored and not
// committed.
func TestKills(t *testing.T) {
	for _, kind := range []string{apache, embedded} {
		t.Run(kind, func(t *testing.T) {
			for i := range *seeds {
				s := *seed + uint64(i)
				t.Run(fmt.Sprint("seed-", s), func(t *testing.T) { killSome(t, kind, s, *kills) })
			}
		})
	}
}

func killSome(t *testing.T, kind string, seed uint64, kills int) {
	w := newWorld(t, kind, seed, nil)
	w.start()
	w.load.run(8)
	w.awaitStored(0, 20)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range kills {
		m := w.moments()[r.IntN(len(w.moments()))]
		more := 1 + r.IntN(60)
		t.Logf("kill %d: %s, %d", i+1, m.name, more)
		m.kill(w, more)
	}
	w.awaitStored(w.stored(), 20)
	w.settle()
}
