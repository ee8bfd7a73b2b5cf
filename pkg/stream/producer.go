package stream

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Producer writes events to Kafka by group commit: a few senders each send what has queued while
// their previous request was under way. No timer delays anything: a lone event leaves at once, and
// under load the batches grow by themselves.
type Producer struct {
	cfg   Config
	limit ProducerConfig
	log   *slog.Logger

	queue     *queue
	client    *kafka.Client
	transport *kafka.Transport
	next      partitions
	trouble   atomic.Pointer[error] // what Kafka's last answer was, if it was an error

	alive   context.Context // ends when what still waits is to be given up
	giveUp  context.CancelFunc
	unwatch context.CancelFunc // ends the wait for the topic
	running sync.WaitGroup
}

// NewProducer makes a producer; Start lets it work.
func NewProducer(cfg Config, limit ProducerConfig, log *slog.Logger) *Producer {
	transport := cfg.transport()
	p := &Producer{
		cfg: cfg, limit: limit, log: log,
		queue:  newQueue(limit.QueueRecords, limit.QueueBytes),
		client: cfg.client(transport), transport: transport,
	}
	p.alive, p.giveUp = context.WithCancel(context.Background())
	return p
}

// Start begins to send. It does not wait for Kafka: until the topic is there, Publish fails in time.
func (p *Producer) Start(context.Context) error {
	watch, unwatch := context.WithCancel(p.alive)
	p.unwatch = unwatch
	p.running.Go(func() { awaitTopic(watch, p.cfg, p.log) })
	for range p.limit.InFlight {
		p.running.Go(p.send)
	}
	return nil
}

// Stop refuses new events, sends what waits, and returns once all of it has its answer. When ctx ends
// first, the rest is given up and its publishers get an error.
func (p *Producer) Stop(ctx context.Context) error {
	p.queue.close()
	p.unwatch()
	stop := context.AfterFunc(ctx, p.giveUp)
	defer stop()
	p.running.Wait()
	p.giveUp()
	p.transport.CloseIdleConnections()
	return ctx.Err()
}

// Publish writes the events, all to one partition, and returns nil once Kafka has acknowledged every
// one of them. Any other return is an *Unaccepted: some may be written, but nothing is promised.
func (p *Producer) Publish(ctx context.Context, events []event.Event) error {
	if len(events) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.limit.PublishTimeout)
	defer cancel()
	sent := newPending(ctx, events)
	if err := p.queue.put(sent); err != nil {
		return err
	}
	select {
	case err := <-sent.answer:
		return err
	case <-ctx.Done():
		return unaccepted(ReasonTimeout, p.explain(ctx.Err()))
	}
}

// QueuedBytes is how much waits for an acknowledgement, in bytes of encoded events.
func (p *Producer) QueuedBytes() int { return p.queue.queuedBytes() }

// explain adds what Kafka said last to an error that only says that time is up.
func (p *Producer) explain(err error) error {
	if trouble := p.trouble.Load(); trouble != nil {
		return fmt.Errorf("%w; last answer of kafka: %w", err, *trouble)
	}
	return err
}
