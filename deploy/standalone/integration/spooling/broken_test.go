package spooling

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// broken is a spool whose disk takes nothing: then nothing in it can find out that Kafka is back.
type broken struct{}

var errBroken = errors.New("the disk is broken")

func (broken) Append(context.Context, [][]byte) error { return errBroken }

func (broken) Drain(ctx context.Context, _, _ int, _ func(context.Context, [][]byte) ([][]byte, error)) {
	<-ctx.Done()
}

// TestBrokenDisk: with neither Kafka nor a disk events are refused; when Kafka is back they are taken,
// whatever the disk does.
func TestBrokenDisk(t *testing.T) {
	b := startEmbedded(t)
	cfg := stream.Config{Addr: []string{b.addr}, Topic: "events", Partitions: 2, Replication: 1, Retention: time.Hour, Timeout: 2 * time.Second}
	p := stream.NewProducer(cfg, stream.ProducerConfig{
		PublishTimeout: 10 * time.Second, SpoolAfter: 100 * time.Millisecond, InFlight: 1,
		BatchRecords: 100, BatchBytes: 100_000, QueueRecords: 1000, QueueBytes: 1 << 20,
	}, slog.New(slog.NewTextHandler(io.Discard, nil)), stream.WithSpool(broken{}))
	must(t, p.Start(t.Context()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = p.Stop(ctx) // may have to give up what waits for a Kafka that the test has stopped
	})
	publish := func() error {
		id := event.NewID(time.Now())
		return p.Publish(t.Context(), []event.Event{{
			ID: id, ViewID: id, Site: "demo", Kind: event.Pageview, Witness: event.API, Time: time.Now(), Received: time.Now(),
			Address: netip.MustParseAddr("192.0.2.1"), AddressMode: event.Full, Path: "/",
		}})
	}
	until := func(what string, done func(error) bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !done(publish()); {
			if time.Now().After(deadline) {
				t.Fatalf("waited in vain for %s", what)
			}
		}
	}
	taken := func(err error) bool { return err == nil }
	refused := func(err error) bool { return errors.Is(err, errBroken) }
	until("kafka", taken)
	must(t, b.away())
	until("refusals", refused)
	must(t, b.back())
	until("kafka again", taken)
}
