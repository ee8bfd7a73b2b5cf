package stream

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// shelf is a spool in memory; the real one is tested with the real Kafka in deploy/standalone.
type shelf struct {
	mu     sync.Mutex
	values [][]byte
	room   int
}

var errShelfFull = errors.New("no room on the shelf")

func (s *shelf) Append(_ context.Context, values [][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.values)+len(values) > s.room {
		return errShelfFull
	}
	s.values = append(s.values, values...)
	return nil
}

func (s *shelf) Drain(ctx context.Context, _, _ int, _ func(context.Context, [][]byte) ([][]byte, error)) {
	<-ctx.Done()
}

func startWithSpool(t *testing.T, s Spool, limit ProducerConfig) *Producer {
	t.Helper()
	p := NewProducer(silent(t), limit, slog.New(slog.NewTextHandler(io.Discard, nil)), WithSpool(s))
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestSilentKafka: the first event waits and goes to the spool, the next ones go there at once, and when
// it is full the sender is told.
func TestSilentKafka(t *testing.T) {
	s := &shelf{room: 3}
	p := startWithSpool(t, s, ProducerConfig{
		PublishTimeout: time.Hour, SpoolAfter: 20 * time.Millisecond, InFlight: 1,
		BatchRecords: 10, BatchBytes: 1000, QueueRecords: 100, QueueBytes: 1 << 20,
	})
	e := typicalEvent()
	for i := range 3 {
		if err := p.Publish(t.Context(), []event.Event{e}); err != nil {
			t.Fatalf("event %d: %v", i, err)
		}
		if !p.breaker.isOpen() {
			t.Fatal("a silent Kafka does not open the breaker")
		}
	}
	if n := p.QueuedBytes(); n > len(Encode(nil, &e)) {
		t.Errorf("%d bytes wait for Kafka: more than the first event went there", n)
	}
	err := p.Publish(t.Context(), []event.Event{e})
	wantReason(t, err, ReasonSpool)
	if !errors.Is(err, errShelfFull) {
		t.Errorf("error %v does not tell why the spool did not take it", err)
	}
	if got, err := Decode(s.values[2]); err != nil || got.ID != e.ID {
		t.Errorf("the spool holds event %s, %v", got.ID, err)
	}
	stopNow(t, p)
}

// TestStoppingGoesToTheSpool: a request that is late for the producer is not lost.
func TestStoppingGoesToTheSpool(t *testing.T) {
	s := &shelf{room: 10}
	p := startWithSpool(t, s, ProducerConfig{
		PublishTimeout: time.Hour, SpoolAfter: time.Hour, InFlight: 1,
		BatchRecords: 1, BatchBytes: 1000, QueueRecords: 100, QueueBytes: 1 << 20,
	})
	answers := make(chan error)
	for range 5 {
		go func() { answers <- p.Publish(context.Background(), []event.Event{typicalEvent()}) }()
	}
	stopNow(t, p)
	for range 5 {
		if err := <-answers; err != nil {
			t.Errorf("a stop with a spool: %v", err)
		}
	}
	if len(s.values) != 5 {
		t.Errorf("the spool has %d of 5 events", len(s.values))
	}
}
