package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/segmentio/kafka-go"
)

// Leader finds the one of several processes that may do something: the member of a consumer group that
// was given partition 0 of the topic.
//
// Kafka decides, since it is there anyway and agrees among its own replicas about who is in a group,
// whereas ClickHouse has no lock that ends with its holder. A process that dies or is cut off loses
// its place after sessionTimeout; one that stops in order hands it over at once. Between the moment
// that Kafka gives the partition to another and the next heartbeat of the old leader both may believe
// that they lead: what they do must stand that, as the rollup's door and fence do.
//
// No record is read and no offset committed under this group.
type Leader struct {
	cfg   Config
	group string
	log   *slog.Logger

	alive   context.Context
	end     context.CancelFunc
	running sync.WaitGroup
	term    atomic.Pointer[context.Context]
	elected func()
}

// NewLeader makes a candidate; Start lets it stand.
func NewLeader(cfg Config, group string, log *slog.Logger) *Leader {
	l := &Leader{cfg: cfg, group: group, log: log, elected: func() {}}
	l.alive, l.end = context.WithCancel(context.Background())
	over, cancel := context.WithCancel(context.Background())
	cancel()
	l.term.Store(&over)
	return l
}

// Term ends when this process stops leading, and has ended already while it does not lead.
func (l *Leader) Term() context.Context { return *l.term.Load() }

// OnElected sets what is called, without delay, whenever this process begins to lead. Set it before Start.
func (l *Leader) OnElected(f func()) { l.elected = f }

// Start begins to stand. It does not wait for Kafka.
func (l *Leader) Start(context.Context) error {
	l.running.Go(func() {
		awaitTopic(l.alive, l.cfg, l.log)
		for wait := newBackoff(); l.alive.Err() == nil; {
			if err := l.stand(); err != nil && l.alive.Err() == nil {
				l.log.Warn("cannot stand for leader", "group", l.group, "err", err)
			}
			pause(l.alive, wait.NextBackOff())
		}
	})
	return nil
}

// Stop leaves the group, so that another process leads at once.
func (l *Leader) Stop(context.Context) error {
	l.end()
	l.running.Wait()
	return nil
}

// stand is a member of the group until it is closed.
func (l *Leader) stand() error {
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: l.group, Brokers: l.cfg.Addr, Dialer: l.cfg.dialer(), Topics: []string{l.cfg.Topic}, Timeout: l.cfg.Timeout,
		HeartbeatInterval: heartbeat, SessionTimeout: sessionTimeout, RebalanceTimeout: rebalanceTimeout, JoinGroupBackoff: joinBackoff,
		StartOffset: kafka.LastOffset,
	})
	if err != nil {
		return fmt.Errorf("make group %s: %w", l.group, err)
	}
	defer context.AfterFunc(l.alive, func() { group.Close() })()
	defer group.Close()
	for l.alive.Err() == nil {
		generation, err := group.Next(l.alive)
		if errors.Is(err, kafka.ErrGroupClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("join group %s: %w", l.group, err)
		}
		generation.Start(func(ctx context.Context) { l.serve(ctx, generation) })
	}
	return nil
}

// serve leads for a generation when it was given partition 0.
func (l *Leader) serve(generation context.Context, g *kafka.Generation) {
	for _, p := range g.Assignments[l.cfg.Topic] {
		if p.ID == 0 {
			l.log.Info("leads", "group", l.group, "generation", g.ID)
			term, cancel := context.WithCancel(generation)
			defer cancel()
			l.term.Store(&term)
			l.elected()
		}
	}
	<-generation.Done()
}
