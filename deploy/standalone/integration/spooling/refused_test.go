package spooling

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/segmentio/kafka-go"
)

// TestRefusedForGood: a spooled event that is larger than the topic takes is set aside and does not hold
// up the others.
func TestRefusedForGood(t *testing.T) {
	b := startEmbedded(t)
	c := newCollector(t, b)
	client := &kafka.Client{Addr: kafka.TCP(b.addr)}
	answer, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{
		Topic: c.topic, NumPartitions: 4, ReplicationFactor: 1,
		ConfigEntries: []kafka.ConfigEntry{{ConfigName: "max.message.bytes", ConfigValue: "1000"}},
	}}})
	must(t, err)
	must(t, answer.Errors[c.topic])
	c.start(t)
	l := newLoad(c)
	c.until(t, "an event to be taken", func() bool { return l.post() == http.StatusAccepted })
	must(t, b.away())
	for i := range 40 {
		if i == 20 {
			large(t, c)
		}
		if code := l.post(); code != http.StatusAccepted {
			t.Fatalf("status %d with kafka away", code)
		}
	}
	must(t, b.back())
	c.drained(t)
	l.check(t, b.stored(t, c.topic))
	if n := c.metric(t, "footfall_collector_spool_set_aside_total"); n != 1 {
		t.Errorf("%v events were set aside, want 1\n%s", n, c.stderr)
	}
	if files, err := filepath.Glob(filepath.Join(c.spool, "*.refused")); err != nil || len(files) != 1 {
		t.Errorf("set aside: %v, %v", files, err)
	}
}

// large posts an event that compression cannot make small.
func large(t *testing.T, c *collector) {
	t.Helper()
	noise := make([]byte, 1000)
	rand.Read(noise) // never fails: crypto/rand ends the process instead
	resp, err := http.Post("http://"+c.addr+"/v1/events", "text/plain", strings.NewReader(fmt.Sprintf(
		`{"site":"demo","type":"pageview","url":"https://demo.example/%s"}`, hex.EncodeToString(noise))))
	must(t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("status %d for a large event", resp.StatusCode)
	}
}
