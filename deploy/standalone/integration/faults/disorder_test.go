package faults

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// TestDisorder sends the same requests again and again, in other orders and from several senders at once.
func TestDisorder(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		const requests = 40
		var senders sync.WaitGroup
		for sender := range uint64(3) {
			senders.Go(func() {
				r := rand.New(rand.NewPCG(*seed, sender))
				for _, n := range r.Perm(requests) {
					q := draw(*seed, uint64(n+1), w.load.began)
					if q.batch && !q.rogue && r.IntN(3) == 0 { // the same lines twice in one batch
						q.body += "\n" + q.body
						q.events = append(q.events, q.events...)
					}
					w.load.post(q)
				}
			})
		}
		senders.Wait()
		w.settle()
	})
}

// TestPoison writes what is no event straight into the topic, between good ones, and posts what no
// collector may take.
func TestPoison(t *testing.T) {
	on(t, embedded, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.topic.create(t, map[string]string{"max.message.bytes": "16777216"})
		w.start()
		w.load.run(8)
		w.awaitStored(0, 20)
		deep := strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)
		good := draw(*seed, 1, w.load.began).body
		for i, poison := range []struct{ version, value string }{
			{"1", "{\"site\":"}, {"1", "\x00"}, {"1", ""}, {"1", deep}, {"1", "\xff\xfe\xfd"}, {"2", good}, {"", good},
			{"1", strings.Repeat("\x00", 1000)}, {"1", large(10 << 20)}, {"\xff", "x"}, {"1", "\x0a\xff\xff\xff\xff\x0f"},
		} {
			w.strange[w.topic.write(t, int32(i%partitions), poison.version, []byte(poison.value))] = true
		}
		for _, bad := range []string{
			`{"site":"faults","type":"pageview","url":"/","title":"` + strings.Repeat("x", 10<<20) + `"}`,
			`{"site":"faults","type":"pageview","url":"/","x":` + deep + `}`,
			"{\"site\":\"faults\",\"type\":\"pageview\",\"url\":\"/\",\"title\":\"\xff\"}",
			`{"site":"faults","type":"pageview","url":"/","title":"\u0000"}`,
		} {
			if code := w.post("/v1/events", strings.NewReader(bad)); code != 400 && code != 413 {
				t.Errorf("%.60s…: answer %d", bad, code)
			}
		}
		w.awaitStored(w.stored(), 100)
		w.settle()
		if got := w.ask(w.database, "SELECT count() FROM events_dead"); got != fmt.Sprint(len(w.strange)) {
			t.Errorf("%s dead letters for %d poisons", got, len(w.strange))
		}
	})
}

// large is a field of the format that is too long for an event: a title of n bytes.
func large(n int) string {
	title := strings.Repeat("x", n)
	size := []byte{0x8a, 0x01} // field 17, length-delimited; unknown or not, the event is invalid
	for v := uint64(n); ; v >>= 7 {
		if v < 0x80 {
			size = append(size, byte(v))
			break
		}
		size = append(size, byte(v)|0x80)
	}
	return string(size) + title
}

// TestBurst sends thirteen times as much for a while.
func TestBurst(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(64)
		w.awaitStored(0, 100)
		w.load.pace.SetLimit(13 * usualPace)
		w.awaitAcknowledged(w.journal.count(acknowledged), 2000**rounds)
		w.load.pace.SetLimit(usualPace)
		w.settle()
	})
}
