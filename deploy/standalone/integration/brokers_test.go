// Package integration runs the stream and the consumer against real brokers: the embedded Kafka and
// Apache Kafka, with the same tests.
package integration

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/apachekafka"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
	"github.com/footfall-analytics/footfall/deploy/standalone/kafka"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// broker is a Kafka that the tests may restart.
type broker interface {
	Addr() string
	Restart(context.Context) error
}

func TestEmbeddedKafka(t *testing.T) { suite(t, startEmbedded(t)) }

func TestApacheKafka(t *testing.T) { suite(t, startApache(t)) }

func startApache(t testing.TB) broker {
	t.Helper()
	b, err := apachekafka.Start(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Stop)
	return b
}

// suite is what every Kafka has to pass.
func suite(t *testing.T, b broker) {
	for _, c := range []struct {
		name string
		test func(*testing.T, broker)
	}{
		{"topic", testTopic},
		{"round trip", testRoundTrip},
		{"commit", testCommit},
		{"two members", testTwoMembers},
		{"many publishers", testManyPublishers},
		{"micro-batch in one partition", testMicroBatch},
		{"larger than kafka takes", testTooLarge},
		{"stop drains", testStopDrains},
		{"restart", testRestart},
		{"consumer carries on", testConsumerCarriesOn},
		{"await stored", testAwaitStored},
		{"zombie", testZombie},
		{"killed between insert and commit", testKilled},
		{"rebalances while loading", testRebalances},
		{"poison", testPoison},
		{"retention", testRetention},
		{"truncated table", testTruncated},
		{"topic made again", testRecreated},
		{"audit", testAudit},
		{"gaps are watched for", testWatchedGaps},
		{"replay", testReplay},
		{"leader", testLeader},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// embedded is the embedded Kafka in this process.
type embedded struct {
	cfg    kafka.Config
	broker *kafka.Broker
}

func startEmbedded(t testing.TB) broker {
	t.Helper()
	addr, err := ports.Free() // it comes back to it
	if err != nil {
		t.Fatal(err)
	}
	e := &embedded{cfg: kafka.Config{Addr: addr, DataDir: t.TempDir()}}
	if err := e.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.broker.Stop(context.Background()) })
	return e
}

func (e *embedded) Addr() string { return e.cfg.Addr }

func (e *embedded) Restart(ctx context.Context) error {
	if err := e.broker.Stop(ctx); err != nil {
		return err
	}
	return e.start(ctx)
}

func (e *embedded) start(ctx context.Context) error {
	e.broker = kafka.New(e.cfg, quiet())
	return e.broker.Start(ctx)
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// settings of a topic of the test's own.
func settings(b broker) stream.Config {
	return stream.Config{
		Addr: []string{b.Addr()}, Topic: "events-" + rand.Text(), Partitions: 6, Replication: 1,
		Retention: time.Hour, Timeout: 5 * time.Second,
	}
}

func limits() stream.ProducerConfig {
	return stream.ProducerConfig{
		PublishTimeout: 30 * time.Second, InFlight: 2, BatchRecords: 5000, BatchBytes: 512 << 10,
		QueueRecords: 200_000, QueueBytes: 64 << 20,
	}
}

func startProducer(t testing.TB, cfg stream.Config, limit stream.ProducerConfig) *stream.Producer {
	t.Helper()
	p := stream.NewProducer(cfg, limit, quiet())
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := p.Stop(ctx); err != nil {
			t.Errorf("stop producer: %v", err)
		}
	})
	return p
}

func deadline(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
