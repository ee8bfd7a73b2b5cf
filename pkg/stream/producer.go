package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

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
	spool     Spool // or nil
	breaker   breaker
	next      partitions
	trouble   atomic.Pointer[error] // what Kafka's last answer was, if it was an error

	alive   context.Context // ends when what still waits is to be given up
	giveUp  context.CancelFunc
	unwatch context.CancelFunc // ends the wait for the topic, and the draining of the spool
	running sync.WaitGroup
}

// ProducerOption changes what NewProducer makes.
type ProducerOption func(*Producer)

// NewProducer makes a producer; Start lets it work.
func NewProducer(cfg Config, limit ProducerConfig, log *slog.Logger, options ...ProducerOption) *Producer {
	transport := cfg.transport()
	p := &Producer{
		cfg: cfg, limit: limit, log: log,
		queue:  newQueue(limit.QueueRecords, limit.QueueBytes),
		client: cfg.client(transport), transport: transport,
	}
	p.alive, p.giveUp = context.WithCancel(context.Background())
	for _, option := range options {
		option(p)
	}
	return p
}

// Start begins to send. It does not wait for Kafka: until the topic is there, events go to the spool, or
// Publish fails in time.
func (p *Producer) Start(context.Context) error {
	watch, unwatch := context.WithCancel(p.alive)
	p.unwatch = unwatch
	p.running.Go(func() { awaitTopic(watch, p.cfg, p.log) })
	if p.spool != nil {
		p.running.Go(func() { p.drain(watch) })
	}
	for range p.limit.InFlight {
		p.running.Go(p.send)
	}
	return nil
}

// Stop refuses new events, sends what waits, and returns once all of it has its answer. When ctx ends
// first, the rest is given up and its publishers get an error. What is in the spool stays there.
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
// one of them, or the spool holds them. Any other return is an *Unaccepted: some may be written, but
// nothing is promised.
func (p *Producer) Publish(ctx context.Context, events []event.Event) error {
	if len(events) == 0 {
		return nil
	}
	one := newPending(events)
	if p.spool == nil {
		return p.tryKafka(ctx, one, p.limit.PublishTimeout)
	}
	if !p.breaker.isOpen() {
		err := p.tryKafka(ctx, one, p.limit.SpoolAfter)
		if err == nil || !p.spoolable(err) {
			return err
		}
		return p.toSpool(ctx, one)
	}
	err := p.toSpool(ctx, one)
	if err == nil || !p.breaker.probe() {
		return err
	}
	defer p.breaker.endProbe()
	if p.tryKafka(ctx, one, p.limit.SpoolAfter) != nil {
		return err
	}
	p.breaker.close()
	return nil
}

// tryKafka waits at most so long for Kafka's acknowledgement.
func (p *Producer) tryKafka(ctx context.Context, one *pending, atMost time.Duration) error {
	if err := p.queue.put(one); err != nil {
		return err
	}
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	err := context.DeadlineExceeded
	select {
	case err := <-one.answer:
		return err
	case <-timer.C:
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.queue.withdraw(one)
	return unaccepted(ReasonTimeout, p.explain(err))
}

// spoolable reports whether the spool is to take what Kafka has not, and opens the breaker when Kafka is
// slow or away.
func (p *Producer) spoolable(err error) bool {
	var refused *Unaccepted
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.reason {
	case ReasonTimeout, ReasonQueueFull:
		p.breaker.open()
		return true
	}
	return refused.reason != ReasonTooLarge
}

func (p *Producer) toSpool(ctx context.Context, one *pending) error {
	if err := p.spool.Append(ctx, one.values); err != nil {
		return unaccepted(ReasonSpool, p.explain(err))
	}
	return nil
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
