package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// Source reads the topic as a member of the consumer group.
type Source struct {
	cfg   Config
	group string
	log   *slog.Logger

	client    *kafka.Client
	transport *kafka.Transport
}

// NewSource makes a source. It connects when it is asked for something.
func NewSource(cfg Config, source SourceConfig, log *slog.Logger) *Source {
	transport := cfg.transport()
	return &Source{cfg: cfg, group: source.Group, log: log, client: cfg.client(transport), transport: transport}
}

// Start waits for nothing: Serve joins the group.
func (s *Source) Start(context.Context) error { return nil }

// Stop closes the connections. Whoever Serves has returned by then.
func (s *Source) Stop(context.Context) error {
	s.transport.CloseIdleConnections()
	return nil
}

// The times of the group: a member that died is noticed after sessionTimeout, and one that has left a
// generation has rebalanceTimeout to come again.
const (
	heartbeat        = 2 * time.Second
	sessionTimeout   = 10 * time.Second
	rebalanceTimeout = 15 * time.Second
	joinBackoff      = 500 * time.Millisecond
)

// Serve is a member of the group until ctx ends. In each generation of the group it runs work once for
// every partition that this member was given, side by side. A generation ends when the group changes,
// when Kafka loses sight of this member, and when one of the works returns; the context of the works
// ends with it, and the next one begins once all of them have returned.
func (s *Source) Serve(ctx context.Context, work func(context.Context, *Partition)) {
	awaitTopic(ctx, s.cfg, s.log)
	for wait := newBackoff(); ctx.Err() == nil; {
		if err := s.member(ctx, work); err != nil && ctx.Err() == nil {
			s.log.Warn("cannot be a member of the group", "group", s.group, "error", err)
		}
		pause(ctx, wait.NextBackOff())
	}
}

// member serves one generation after the other until ctx ends. The first join of a fresh cluster, whose
// coordinator is still being made, fails with error 15; that and the like pass.
func (s *Source) member(ctx context.Context, work func(context.Context, *Partition)) error {
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: s.group, Brokers: s.cfg.Addr, Dialer: s.cfg.dialer(), Topics: []string{s.cfg.Topic}, Timeout: s.cfg.Timeout,
		HeartbeatInterval: heartbeat, SessionTimeout: sessionTimeout, RebalanceTimeout: rebalanceTimeout, JoinGroupBackoff: joinBackoff,
		WatchPartitionChanges: true, StartOffset: kafka.FirstOffset,
	})
	if err != nil {
		return fmt.Errorf("make group %s: %w", s.group, err)
	}
	defer group.Close()
	for {
		generation, err := group.Next(ctx)
		switch {
		case ctx.Err() != nil || errors.Is(err, kafka.ErrGroupClosed):
			return nil
		case err != nil:
			s.log.Warn("join failed, trying again", "group", s.group, "error", err)
			continue
		}
		if err := s.serve(ctx, generation, work); err != nil {
			return err
		}
	}
}

// serve starts the works of one generation. A member without partitions waits for the next one.
func (s *Source) serve(ctx context.Context, g *kafka.Generation, work func(context.Context, *Partition)) error {
	stream, err := s.stream(ctx)
	if err != nil {
		return err
	}
	assigned := g.Assignments[s.cfg.Topic]
	s.log.Info("joined", "group", s.group, "generation", g.ID, "partitions", len(assigned))
	var ready sync.WaitGroup // kafka-go counts the works: all have to be there before the first one ends
	ready.Add(len(assigned))
	for _, a := range assigned {
		p := &Partition{source: s, id: a.ID, generation: g, stream: stream}
		g.Start(func(ended context.Context) {
			ready.Done()
			ready.Wait()
			ended, cancel := context.WithCancel(ended)
			defer cancel()
			defer context.AfterFunc(ctx, cancel)()
			work(ended, p)
		})
	}
	return nil
}

// stream names the topic and its cluster, which it asks for.
func (s *Source) stream(ctx context.Context) (string, error) {
	answer, err := s.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{s.cfg.Topic}})
	if err != nil {
		return "", fmt.Errorf("ask for the cluster's name: %w", err)
	}
	return s.cfg.Topic + "@" + answer.ClusterID, nil
}
