package stream

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// silent is a Kafka that takes connections and never answers.
func silent(t *testing.T) Config {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return Config{Addr: []string{l.Addr().String()}, Topic: "events", Partitions: 1, Replication: 1, Retention: time.Hour, Timeout: time.Minute}
}

func start(t *testing.T, limit ProducerConfig) *Producer {
	t.Helper()
	p := NewProducer(silent(t), limit, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// stopNow gives up what waits.
func stopNow(t *testing.T, p *Producer) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a stop without time: %v", err)
	}
}

func wantReason(t *testing.T, err error, want string) {
	t.Helper()
	var refused *Unaccepted
	if !errors.As(err, &refused) || refused.Reason() != want {
		t.Errorf("error %v, want reason %s", err, want)
	}
}

func TestPublishWithoutAnswer(t *testing.T) {
	p := start(t, ProducerConfig{
		PublishTimeout: 50 * time.Millisecond, InFlight: 1, BatchRecords: 10, BatchBytes: 1000, QueueRecords: 2, QueueBytes: 1 << 20,
	})
	if err := p.Publish(t.Context(), nil); err != nil {
		t.Errorf("nothing to publish: %v", err)
	}
	one := []event.Event{typicalEvent()}
	err := p.Publish(t.Context(), one)
	wantReason(t, err, ReasonTimeout)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v does not tell that time was up", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	wantReason(t, p.Publish(gone, one), ReasonTimeout)
	two := []event.Event{one[0], one[0]}
	wantReason(t, p.Publish(t.Context(), two), ReasonQueueFull) // the first one is under way and holds its room
	stopNow(t, p)
	wantReason(t, p.Publish(t.Context(), one), ReasonClosed)
	if n := p.QueuedBytes(); n != 0 {
		t.Errorf("%d bytes are counted as queued after the end", n)
	}
}

func TestStopAnswersWhoWaits(t *testing.T) {
	p := start(t, ProducerConfig{
		PublishTimeout: time.Minute, InFlight: 2, BatchRecords: 1, BatchBytes: 1000, QueueRecords: 100, QueueBytes: 1 << 20,
	})
	answers := make(chan error)
	for range 20 {
		go func() { answers <- p.Publish(context.Background(), []event.Event{typicalEvent()}) }()
	}
	stopNow(t, p)
	for range 20 {
		wantReason(t, <-answers, ReasonClosed)
	}
}

func TestPingWithoutKafka(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close() // nobody listens there
	cfg := silent(t)
	cfg.Addr = []string{l.Addr().String()}
	if err := Ping(t.Context(), cfg); err == nil {
		t.Error("ping of a closed port gave no error")
	}
	if err := EnsureTopic(t.Context(), cfg); err == nil {
		t.Error("a topic was made without a Kafka")
	}
}
