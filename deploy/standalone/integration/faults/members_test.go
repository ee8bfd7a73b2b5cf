package faults

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestMembers adds, removes, kills and pauses consumers.
func TestMembers(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.addConsumer()
		w.addConsumer()
		w.start()
		w.load.run(8)
		r := rand.New(rand.NewPCG(*seed, 4))
		for range 3 * *rounds {
			w.awaitProgress(2 * time.Second)
			one := w.consumers[r.IntN(len(w.consumers))]
			what := []string{"stop", "kill", "pause"}[r.IntN(3)]
			t.Log(what, one.name)
			switch what {
			case "stop":
				if err := one.stop(); err != nil {
					t.Error(err)
				}
				w.awaitProgress(2 * time.Second)
				w.must(one.start())
			case "kill":
				one.kill()
				w.awaitProgress(2 * time.Second)
				w.must(one.start())
			case "pause":
				w.must(one.pause())
				w.awaitProgress(2 * time.Second)
				w.must(one.resume())
			}
		}
		w.settle()
	})
}

// awaitProgress waits until rows have come, at most for a while: a group that finds its members anew
// stores nothing.
func (w *world) awaitProgress(atMost time.Duration) {
	before := w.stored()
	_ = awaitError("rows", atMost, func() bool { return w.stored() >= before+100 })
}

// TestZombie pauses a consumer in the middle of an insert until another one has taken its partitions over
// and stored everything; then it wakes up and goes on where it stood.
func TestZombie(t *testing.T) {
	on(t, embedded, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		for range max(1, *rounds/3) {
			w.awaitStored(w.stored(), 50)
			old := w.consumers[0]
			w.engine.link.add(t, "bandwidth", up, 1, toxics{"rate": 3})
			w.awaitAcknowledged(w.journal.count(acknowledged), 100)
			w.must(old.pause())
			w.engine.link.heal()
			heir := w.addConsumer()
			w.must(heir.start())
			ends, err := w.topic.ends(partitions)
			w.must(err)
			await(t, "the heir to store everything", func() bool {
				committed, err := w.topic.committed(partitions)
				for p, end := range ends {
					if committed[p] < end {
						return false
					}
				}
				return err == nil
			}, heir.tail)
			w.must(old.resume())
			w.awaitStored(w.stored(), 200)
			if !old.alive() {
				t.Errorf("the zombie has ended: %s", old.tail())
			}
			if err := old.stop(); err != nil {
				t.Error(err)
			}
			w.consumers = w.consumers[1:]
			w.level[heir.name] = w.measure(heir)
		}
		w.settle()
	})
}
