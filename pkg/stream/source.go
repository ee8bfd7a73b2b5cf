package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// ErrStopped is what Fetch and Commit return once the source has stopped.
var ErrStopped = errors.New("the source has stopped")

// Source reads the topic as a member of the consumer group.
type Source struct {
	cfg   Config
	group string
	log   *slog.Logger

	client    *kafka.Client
	transport *kafka.Transport

	alive   context.Context
	end     context.CancelFunc
	running sync.WaitGroup
	joined  chan struct{} // closed once reader is set
	reader  *kafka.Reader
}

// NewSource makes a source; Start lets it join the group.
func NewSource(cfg Config, source SourceConfig, log *slog.Logger) *Source {
	transport := cfg.transport()
	s := &Source{
		cfg: cfg, group: source.Group, log: log,
		client: cfg.client(transport), transport: transport, joined: make(chan struct{}),
	}
	s.alive, s.end = context.WithCancel(context.Background())
	return s
}

// Start begins to join the group, once the topic is there. It does not wait for Kafka: Fetch does.
func (s *Source) Start(context.Context) error {
	s.running.Go(func() {
		awaitTopic(s.alive, s.cfg, s.log)
		if s.alive.Err() == nil {
			s.reader = kafka.NewReader(s.readerConfig())
			close(s.joined)
		}
	})
	return nil
}

// Stop leaves the group. What was fetched and not committed goes to another member, or comes again.
func (s *Source) Stop(context.Context) error {
	s.end()
	s.running.Wait()
	s.transport.CloseIdleConnections()
	if s.reader == nil {
		return nil
	}
	return s.reader.Close()
}

// The times of the group: a member that died is noticed after sessionTimeout; maxWait bounds a fetch
// that finds nothing, and with it how long Stop takes. kafka-go asks the broker to answer a second
// earlier: with less than that, a busy broker's late answer counts as a lost connection.
const (
	heartbeat        = 2 * time.Second
	sessionTimeout   = 10 * time.Second
	rebalanceTimeout = 15 * time.Second
	joinBackoff      = 500 * time.Millisecond
	maxWait          = 2 * time.Second

	fetchQueue    = 10_000   // records read ahead of Fetch
	fetchMaxBytes = 10 << 20 // of one fetch; above any batch that the topic takes
)

func (s *Source) readerConfig() kafka.ReaderConfig {
	return kafka.ReaderConfig{
		Brokers: s.cfg.Addr, Topic: s.cfg.Topic, GroupID: s.group, Dialer: s.cfg.dialer(),
		StartOffset: kafka.FirstOffset, QueueCapacity: fetchQueue,
		MinBytes: 1, MaxBytes: fetchMaxBytes, MaxWait: maxWait,
		HeartbeatInterval: heartbeat, SessionTimeout: sessionTimeout, RebalanceTimeout: rebalanceTimeout,
		JoinGroupBackoff: joinBackoff, WatchPartitionChanges: true,
		ErrorLogger: kafka.LoggerFunc(func(format string, args ...any) {
			s.log.Warn("kafka reader", "detail", fmt.Sprintf(format, args...))
		}),
	}
}

// Fetch waits for the next record. An error other than ErrStopped and ctx's own passes: try again.
func (s *Source) Fetch(ctx context.Context) (event.Record, error) {
	if err := s.awaitReader(ctx); err != nil {
		return event.Record{}, err
	}
	m, err := s.reader.FetchMessage(ctx)
	if errors.Is(err, io.EOF) {
		return event.Record{}, ErrStopped
	}
	if err != nil {
		return event.Record{}, fmt.Errorf("fetch from %s: %w", s.cfg.Topic, err)
	}
	return event.Record{
		Partition: m.Partition, Offset: m.Offset, Time: m.Time.UTC(), Version: version(m.Headers), Value: m.Value,
	}, nil
}

func version(headers []kafka.Header) string {
	for _, h := range headers {
		if h.Key == HeaderVersion {
			return string(h.Value)
		}
	}
	return ""
}

// Commit records that everything up to and with the given offsets, by partition, is done with. It
// returns once Kafka has taken it.
func (s *Source) Commit(ctx context.Context, through map[int]int64) error {
	if err := s.awaitReader(ctx); err != nil {
		return err
	}
	messages := make([]kafka.Message, 0, len(through))
	for partition, offset := range through {
		messages = append(messages, kafka.Message{Topic: s.cfg.Topic, Partition: partition, Offset: offset})
	}
	err := s.reader.CommitMessages(ctx, messages...)
	if errors.Is(err, io.ErrClosedPipe) {
		return ErrStopped
	}
	if err != nil {
		return fmt.Errorf("commit offsets of %d partitions of %s: %w", len(through), s.cfg.Topic, err)
	}
	return nil
}

func (s *Source) awaitReader(ctx context.Context) error {
	select {
	case <-s.joined:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.alive.Done():
		return ErrStopped
	}
}
