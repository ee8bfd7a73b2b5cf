package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/segmentio/kafka-go"
)

// EnsureTopic creates the topic unless it is there, and waits until events can be written; one that
// is there is left as it is. With two copies or more, all but one must have a record before it
// counts as acknowledged.
func EnsureTopic(ctx context.Context, cfg Config) error {
	err := Ping(ctx, cfg)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, kafka.UnknownTopicOrPartition):
		if err := createTopic(ctx, cfg); err != nil {
			return fmt.Errorf("create topic %s on %v: %w", cfg.Topic, cfg.Addr, err)
		}
	case !errors.Is(err, kafka.LeaderNotAvailable):
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeout)
	defer cancel()
	for wait := newBackoff(); ; {
		err := Ping(ctx, cfg)
		if err == nil || !pause(ctx, wait.NextBackOff()) {
			return err
		}
	}
}

func createTopic(ctx context.Context, cfg Config) error {
	transport := cfg.transport()
	defer transport.CloseIdleConnections()
	answer, err := cfg.client(transport).CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{
		Topic: cfg.Topic, NumPartitions: cfg.Partitions, ReplicationFactor: cfg.Replication,
		ConfigEntries: []kafka.ConfigEntry{
			{ConfigName: "min.insync.replicas", ConfigValue: strconv.Itoa(max(1, cfg.Replication-1))},
			// The broker's clock counts: one that runs ahead in a collector would have its records refused, or
			// kept for ever.
			{ConfigName: "message.timestamp.type", ConfigValue: "LogAppendTime"},
			{ConfigName: "retention.ms", ConfigValue: strconv.FormatInt(cfg.Retention.Milliseconds(), 10)},
		},
	}}})
	if err == nil {
		err = answer.Errors[cfg.Topic]
	}
	if errors.Is(err, kafka.TopicAlreadyExists) {
		return nil
	}
	return err
}

// Ping asks the brokers, over a connection of its own, for the topic, and returns nil once each of its
// partitions has a leader: then events can be written. All brokers are asked at once, since one that
// does not answer at all must not use up the time of the others.
func Ping(ctx context.Context, cfg Config) error {
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeout)
	defer cancel()
	answers := make(chan error, len(cfg.Addr))
	for _, addr := range cfg.Addr {
		go func() { answers <- pingBroker(ctx, cfg, addr) }()
	}
	var errs []error
	for range cfg.Addr {
		err := <-answers
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func pingBroker(ctx context.Context, cfg Config, addr string) error {
	if err := askForTopic(ctx, cfg, addr); err != nil {
		return fmt.Errorf("ask %s for topic %s: %w", addr, cfg.Topic, cfg.explain(err))
	}
	return nil
}

func askForTopic(ctx context.Context, cfg Config, addr string) error {
	conn, err := cfg.dialer().DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })() // kafka-go reads on until the connection ends
	partitions, err := conn.ReadPartitions(cfg.Topic)
	if err != nil {
		return err
	}
	for _, p := range partitions {
		if p.Error != nil {
			return fmt.Errorf("partition %d: %w", p.ID, p.Error)
		}
		if p.Leader.Host == "" {
			return fmt.Errorf("partition %d: %w", p.ID, kafka.LeaderNotAvailable)
		}
	}
	if len(partitions) == 0 {
		return kafka.UnknownTopicOrPartition
	}
	return nil
}

// maxRefusedInterval bounds how seldom a login that was refused is tried again.
const maxRefusedInterval = 15 * time.Second

// awaitTopic repeats EnsureTopic until it works or ctx ends. A service that starts before its Kafka
// waits here; a failure is logged when it differs from the one before, and readiness shows the rest.
func awaitTopic(ctx context.Context, cfg Config, log *slog.Logger) {
	cfg.warn(log)
	wait, last := newBackoff(), ""
	for failures := 0; ; failures++ {
		err := EnsureTopic(ctx, cfg)
		if err == nil {
			if failures > 0 {
				log.Info("kafka answers", "topic", cfg.Topic, "failures", failures)
			}
			return
		}
		if err.Error() != last {
			log.Warn("kafka does not answer yet", "error", err)
			last = err.Error()
		}
		if isRefusal(err) {
			wait.MaxInterval = maxRefusedInterval
		}
		if !pause(ctx, wait.NextBackOff()) {
			return
		}
	}
}

func newBackoff() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = 20*time.Millisecond, 2*time.Second
	return b
}

// pause waits, and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
