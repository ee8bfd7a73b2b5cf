// Package spooling runs the collector as a process of its own, takes its Kafka away and kills it: what
// was answered with 202 arrives.
package spooling

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/apachekafka"
	embedded "github.com/footfall-analytics/footfall/deploy/standalone/kafka"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// broker is a Kafka that goes away and comes back.
type broker struct {
	addr       string
	away, back func() error
	slow       bool // to come back
}

// brokers are the Kafkas that every test runs with.
var brokers = map[string]func(*testing.T) broker{
	"embedded": startEmbedded,
	"apache":   startApache,
	"paused":   startPaused,
}

func onEveryBroker(t *testing.T, test func(*testing.T, broker)) {
	t.Helper()
	for name, start := range brokers {
		t.Run(name, func(t *testing.T) { test(t, start(t)) })
	}
}

func startEmbedded(t *testing.T) broker {
	t.Helper()
	cfg := embedded.Config{Addr: freeAddr(t), DataDir: t.TempDir()}
	var node *embedded.Broker
	start := func() error {
		node = embedded.New(cfg, slog.New(slog.NewTextHandler(io.Discard, nil)))
		return node.Start(t.Context())
	}
	must(t, start())
	t.Cleanup(func() { node.Stop(context.Background()) })
	return broker{cfg.Addr, func() error { return node.Stop(context.Background()) }, start, false}
}

// startApache is killed and started again.
func startApache(t *testing.T) broker {
	t.Helper()
	node := launch(t)
	return broker{
		node.Addr(),
		func() error { node.Stop(); return nil },
		func() error { return node.Restart(t.Context()) },
		true,
	}
}

// startPaused keeps its connections and does not answer.
func startPaused(t *testing.T) broker {
	t.Helper()
	node := launch(t)
	return broker{node.Addr(), node.Pause, node.Resume, false}
}

func launch(t *testing.T) *apachekafka.Broker {
	t.Helper()
	node, err := apachekafka.Start(t.Context(), t.TempDir())
	must(t, err)
	t.Cleanup(node.Stop)
	return node
}

// stored reads the whole topic and returns how often each event is in it.
func (b broker) stored(t *testing.T, topic string) map[event.ID]int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := kafka.DialContext(ctx, "tcp", b.addr)
	must(t, err)
	defer conn.Close()
	partitions, err := conn.ReadPartitions(topic)
	must(t, err)
	found := map[event.ID]int{}
	for _, p := range partitions {
		must(t, b.readPartition(ctx, topic, p.ID, found))
	}
	return found
}

func (b broker) readPartition(ctx context.Context, topic string, partition int, found map[event.ID]int) error {
	leader, err := kafka.DialLeader(ctx, "tcp", b.addr, topic, partition)
	if err != nil {
		return err
	}
	defer leader.Close()
	_, end, err := leader.ReadOffsets()
	if err != nil {
		return err
	}
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{b.addr}, Topic: topic, Partition: partition, MaxWait: 100 * time.Millisecond})
	defer r.Close()
	for next := int64(0); next < end; {
		m, err := r.ReadMessage(ctx)
		if err != nil {
			return fmt.Errorf("read offset %d of %d in partition %d: %w", next, end, partition, err)
		}
		next = m.Offset + 1
		e, err := stream.Decode(m.Value)
		if err != nil {
			return err
		}
		found[e.ID]++
	}
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
