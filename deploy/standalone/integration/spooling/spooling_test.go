package spooling

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKafkaAway: 202 until the spool is full, then 503; when Kafka is back, everything that was accepted
// arrives, and the collector takes events again.
func TestKafkaAway(t *testing.T) {
	onEveryBroker(t, func(t *testing.T, b broker) {
		c := newCollector(t, b, "FOOTFALL_SPOOL_BYTES=1048576")
		c.start(t)
		c.until(t, "readiness", func() bool { ok, _ := c.ready(t); return ok })
		l := newLoad(c)
		l.begin(32)
		l.await(t, 500)
		if accepted, refused := l.counts(); refused > 0 {
			t.Errorf("%d answers 503 beside %d events accepted while kafka is there", refused, accepted)
		}

		must(t, b.away())
		l.await(t, 1000)
		if ok, detail := c.ready(t); !ok {
			t.Errorf("with room in the spool the collector is not ready: %s", detail)
		}
		if c.metric(t, "footfall_collector_spool_records") == 0 || c.metric(t, "footfall_collector_spool_oldest_seconds") == 0 {
			t.Error("the metrics do not show the spool")
		}
		l.awaitThat(t, func() bool { _, refused := l.counts(); return refused > 100 })
		if ok, detail := c.ready(t); ok || !strings.Contains(detail, "full") {
			t.Errorf("ready = %t with a full spool: %s", ok, detail)
		}
		if n := c.metric(t, "footfall_collector_spool_bytes"); n > 1<<20 {
			t.Errorf("the spool has grown to %v bytes", n)
		}

		must(t, b.back())
		l.await(t, 1000)
		l.end()
		c.drained(t)
		if ok, detail := c.ready(t); !ok {
			t.Errorf("kafka is back and the collector is not ready: %s", detail)
		}
		l.check(t, b.stored(t, c.topic))
	})
}

// TestKilledCollector kills the process in the middle of the load, again and again, with Kafka there and
// with Kafka away: every 202 arrives.
func TestKilledCollector(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	onEveryBroker(t, func(t *testing.T, b broker) {
		r := rand.New(rand.NewPCG(seed, 0))
		c := newCollector(t, b)
		l := newLoad(c)
		rounds := 3
		if b.slow {
			rounds = 1
		}
		for range rounds {
			c.start(t)
			l.begin(32)
			l.await(t, 1+r.IntN(500))
			must(t, b.away())
			l.await(t, 1+r.IntN(1500))
			if !b.slow && r.IntN(2) == 0 {
				must(t, b.back())
				l.await(t, 1+r.IntN(500))
				must(t, b.away())
			}
			c.kill()
			l.end()
			must(t, b.back())
		}
		c.start(t)
		c.drained(t)
		l.check(t, b.stored(t, c.topic))
	})
}

// TestStoppedCollector: an ordered stop with Kafka away keeps everything, and 202 is never followed by a
// loss.
func TestStoppedCollector(t *testing.T) {
	b := startEmbedded(t)
	c := newCollector(t, b)
	c.start(t)
	l := newLoad(c)
	l.begin(32)
	l.await(t, 200)
	must(t, b.away())
	l.await(t, 500)
	c.stop(t)
	l.end()
	must(t, b.back())
	c.start(t)
	c.drained(t)
	l.check(t, b.stored(t, c.topic))
}

// TestFlippedBit: one damaged record in a spool file costs that record and is counted.
func TestFlippedBit(t *testing.T) {
	b := startEmbedded(t)
	c := newCollector(t, b)
	c.start(t)
	l := newLoad(c)
	c.until(t, "the topic", func() bool { return l.post() == 202 })
	before := len(l.accepted)
	c.until(t, "kafka to have it", func() bool {
		return c.metric(t, "footfall_collector_queue_bytes") == 0 && c.metric(t, "footfall_collector_spool_records") == 0
	})
	must(t, b.away())
	for range 100 {
		if code := l.post(); code != 202 {
			t.Fatalf("status %d with kafka away", code)
		}
	}
	c.stop(t)
	flip(t, c.spool)
	c.start(t)
	if ok, detail := c.ready(t); ok {
		t.Errorf("ready before kafka has answered once: %s", detail)
	}
	must(t, b.back())
	c.drained(t)
	stored := b.stored(t, c.topic)
	if len(stored) != before+99 {
		t.Errorf("%d events are stored, want all but one of %d", len(stored), before+100)
	}
	corrupt := 0.0
	for _, reason := range []string{"header", "checksum", "torn", "unreadable"} {
		corrupt += c.metric(t, `footfall_collector_spool_corrupt_total{reason="`+reason+`"}`)
	}
	if corrupt != 1 {
		t.Errorf("%v damaged records are counted, want 1", corrupt)
	}
}

// flip changes one bit in the middle of the largest file of the spool.
func flip(t *testing.T, dir string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.spool"))
	must(t, err)
	var largest []byte
	var name string
	for _, n := range names {
		data, err := os.ReadFile(n)
		must(t, err)
		if len(data) > len(largest) {
			largest, name = data, n
		}
	}
	at := rand.IntN(len(largest))
	t.Logf("bit 3 of byte %d of %d in %s", at, len(largest), name)
	largest[at] ^= 1 << 3
	must(t, os.WriteFile(name, largest, 0o600))
}
