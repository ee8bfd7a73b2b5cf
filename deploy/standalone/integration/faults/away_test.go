package faults

import (
	cryptorand "crypto/rand"
	"encoding/base64"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// TestBrokerAway: with Kafka gone the collector promises until its spool is full and refuses then; after
// a restart everything that was promised arrives, once.
func TestBrokerAway(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, map[string]string{"SPOOL_BYTES": "1048576"})
		w.start()
		w.load.pace.SetLimit(5 * usualPace)
		w.load.run(16)
		w.awaitStored(0, 50)
		w.broker.kill()
		w.awaitAcknowledged(w.journal.count(acknowledged), 300)
		await(t, "the spool to be full", func() bool { return w.load.refused.Load() > 0 }, w.collector.tail)
		w.load.pace.SetLimit(usualPace)
		w.must(w.broker.start())
		w.awaitStored(w.stored(), 300)
		w.settle()
	})
}

// TestBrokerKilled kills Kafka at moments that the seed draws, under load, and starts it again.
func TestBrokerKilled(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		r := rand.New(rand.NewPCG(*seed, 5))
		for range *rounds {
			w.awaitStored(w.stored(), 1+r.IntN(100))
			w.broker.kill()
			w.awaitAcknowledged(w.journal.count(acknowledged), r.IntN(100))
			w.must(w.broker.start())
		}
		w.awaitStored(w.stored(), 100)
		w.settle()
	})
}

// TestTopicMissing: the services start before there is a Kafka, and so before there is a topic.
func TestTopicMissing(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.broker.kill()
		w.launch()
		w.load.run(8)
		w.awaitAcknowledged(0, 100)
		w.must(w.broker.start())
		w.awaitReady()
		w.awaitStored(0, 100)
		w.settle()
	})
}

// TestMessageTooLarge: Kafka takes smaller messages than the collector would like to send.
func TestMessageTooLarge(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.topic.create(t, map[string]string{"max.message.bytes": "6000"})
		w.start()
		w.load.run(8)
		w.awaitStored(0, 200)
		body := `{"site":"faults","type":"custom","name":"large","url":"/","props":{"k":"` + noise(500) + `"`
		for i := range 25 {
			body += `,"k` + string(rune('a'+i)) + `":"` + noise(500) + `"`
		}
		if code := w.post("/v1/events", strings.NewReader(body+"}}")); code == http.StatusAccepted {
			t.Error("an event was accepted that Kafka cannot take")
		}
		w.awaitAcknowledged(w.journal.count(acknowledged), 100)
		w.settle()
	})
}

// noise is text that compression cannot make much smaller.
func noise(n int) string {
	b := make([]byte, n)
	cryptorand.Read(b) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)[:n]
}
