package faults

import (
	"math/rand/v2"
	"testing"
)

// TestEngineKilled kills ClickHouse while rows trickle in, and when they stand there without an answer.
func TestEngineKilled(t *testing.T) {
	on(t, embedded, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		r := rand.New(rand.NewPCG(*seed, 2))
		for range *rounds {
			w.awaitStored(w.stored(), 20)
			if r.IntN(2) == 0 {
				w.engine.link.add(t, "bandwidth", up, 1, toxics{"rate": 3})
				w.awaitAcknowledged(w.journal.count(acknowledged), 1+r.IntN(100))
			} else {
				before, promised := w.stored(), w.journal.count(acknowledged)
				w.engine.link.hold(t, down)
				await(t, "rows or events", func() bool {
					return w.stored() > before || w.journal.count(acknowledged) > promised+200
				})
			}
			w.engine.restart(t)
			w.keepRepeats()
			w.engine.link.heal()
		}
		w.awaitStored(w.stored(), 20)
		w.settle()
	})
}

// TestTooManyParts: ClickHouse refuses inserts until its merges have caught up.
func TestTooManyParts(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		w.awaitStored(0, 20)
		w.ask(w.database, "ALTER TABLE events MODIFY SETTING parts_to_throw_insert = 1")
		before := w.journal.count(acknowledged)
		await(t, "inserts to fail", func() bool {
			n, err := w.metric(w.consumers[0], "footfall_consumer_insert_retries_total")
			return err == nil && n > 0
		}, w.consumers[0].tail)
		w.awaitAcknowledged(before, 300)
		w.ask(w.database, "ALTER TABLE events RESET SETTING parts_to_throw_insert")
		w.awaitStored(w.stored(), 100)
		w.settle()
	})
}
