// Package consumer carries events from the stream into the warehouse.
//
// Contract: an offset is committed only after everything up to it stands in the warehouse, as an event
// or, when it cannot be decoded or is not valid, as a dead letter with its bytes and the reason. An
// insert that fails is repeated until it works or the process stops; nothing is skipped. So every
// record is stored at least once: after a crash between insert and commit it is stored again, with
// the same event id. Stop ends the fetching, stores what was fetched, commits it and returns.
package consumer

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Source is where records come from.
type Source interface {
	// Fetch waits for the next record; within a partition they come in order.
	Fetch(ctx context.Context) (event.Record, error)
	// Commit says that all records up to and with these offsets, by partition, are stored.
	Commit(ctx context.Context, through map[int]int64) error
	// Lag counts the records that are not committed, by partition.
	Lag(ctx context.Context) (map[int]int64, error)
}

// Decoder turns a record into an event; its error is an *event.Invalid.
type Decoder func(event.Record) (event.Event, error)

// Sink is where rows go. A nil error means that all of them are stored for good. Neither method may
// keep the slice.
type Sink interface {
	Insert(ctx context.Context, rows []event.Stored) error
	InsertDead(ctx context.Context, rows []event.Dead) error
}

// Consumer is one reader of the stream.
type Consumer struct {
	cfg     Config
	source  Source
	decode  Decoder
	sink    Sink
	log     *slog.Logger
	metrics metrics

	fetching   context.Context // ends when Stop begins
	stopFetch  context.CancelFunc
	storing    context.Context // ends when Stop runs out of time
	giveUp     context.CancelFunc
	running    sync.WaitGroup
	retryAfter time.Duration // of the first repeat; doubles up to maxRetryAfter
}

const (
	lagEvery      = 5 * time.Second
	retryAfter    = 100 * time.Millisecond
	maxRetryAfter = 5 * time.Second
	// commitTimeout bounds a commit; it waits as long as the group has no leader or is being rebalanced.
	commitTimeout = 10 * time.Second
)

// New makes a consumer; Start lets it work.
func New(cfg Config, source Source, decode Decoder, sink Sink, log *slog.Logger, r prometheus.Registerer) *Consumer {
	c := &Consumer{
		cfg: cfg, source: source, decode: decode, sink: sink, log: log, metrics: newMetrics(r),
		retryAfter: retryAfter,
	}
	c.fetching, c.stopFetch = context.WithCancel(context.Background())
	c.storing, c.giveUp = context.WithCancel(context.Background())
	return c
}

// Start begins to consume. It waits for nothing.
func (c *Consumer) Start(context.Context) error {
	c.running.Go(c.consume)
	c.running.Go(c.watchLag)
	return nil
}

// Stop returns once what was fetched is stored and committed, or ctx has ended; what is not comes
// again after the next start.
func (c *Consumer) Stop(ctx context.Context) error {
	c.stopFetch()
	release := context.AfterFunc(ctx, c.giveUp)
	defer release()
	c.running.Wait()
	return ctx.Err()
}

func (c *Consumer) consume() {
	b := newBatch()
	for {
		c.collect(b)
		if !b.empty() && !c.store(b) || c.fetching.Err() != nil {
			return
		}
		b.reset()
	}
}

func (c *Consumer) watchLag() {
	ticker := time.NewTicker(lagEvery)
	defer ticker.Stop()
	for {
		if lag, err := c.source.Lag(c.fetching); err == nil {
			c.metrics.setLag(lag)
		} else if c.fetching.Err() == nil {
			c.log.Debug("lag is not known", "error", err)
		}
		select {
		case <-ticker.C:
		case <-c.fetching.Done():
			return
		}
	}
}

// pause waits unless the consumer is being stopped.
func (c *Consumer) pause(d time.Duration) (goOn bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.fetching.Done():
		return false
	}
}
