package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// send is the life of one sender.
func (p *Producer) send() {
	for {
		batch := p.queue.take(p.limit.BatchRecords, p.limit.BatchBytes)
		if batch == nil {
			return
		}
		p.deliver(batch)
	}
}

// deliver repeats the request until it works, Kafka refuses for good, or nobody waits any more. Each
// repeat goes to the next partition, since the first one's leader may be the trouble.
func (p *Producer) deliver(batch []*pending) {
	wait := newBackoff()
	for {
		if batch = p.dropAbandoned(batch); len(batch) == 0 {
			return
		}
		err := p.produce(batch)
		switch {
		case err == nil:
			p.trouble.Store(nil)
			p.answer(batch, nil)
			return
		case errors.Is(err, kafka.MessageSizeTooLarge) && len(batch) > 1:
			p.deliver(batch[:len(batch)/2])
			batch = batch[len(batch)/2:]
			continue
		case errors.Is(err, kafka.MessageSizeTooLarge):
			p.answer(batch, unaccepted(ReasonTooLarge, err))
			return
		case isFinal(err):
			p.answer(batch, unaccepted(ReasonRefused, err))
			return
		}
		p.trouble.Store(&err)
		if !pause(p.alive, wait.NextBackOff()) {
			p.answer(batch, unaccepted(ReasonClosed, p.explain(errStopped)))
			return
		}
	}
}

func (p *Producer) dropAbandoned(batch []*pending) []*pending {
	return slices.DeleteFunc(batch, func(one *pending) bool {
		abandoned := one.waiting.Err() != nil
		if abandoned {
			p.queue.done(one, one.waiting.Err())
		}
		return abandoned
	})
}

func (p *Producer) answer(batch []*pending, err error) {
	for _, one := range batch {
		p.queue.done(one, err)
	}
}

// isFinal tells Kafka's verdicts that a repeat would not change from troubles that pass.
func isFinal(err error) bool {
	var code kafka.Error
	return errors.As(err, &code) && !code.Temporary()
}

// produce writes the batch to one partition.
func (p *Producer) produce(batch []*pending) error {
	partition, err := p.next.pick(p.alive, p.client, p.cfg.Topic)
	if err != nil {
		return err
	}
	values := batch[0].values
	if len(batch) > 1 {
		values = nil
		for _, one := range batch {
			values = append(values, one.values...)
		}
	}
	for len(values) > 0 {
		n := p.fit(values)
		if err := p.produceOnce(partition, values[:n]); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// fit is how many of the values go into one request; only a single pending can exceed the limits.
func (p *Producer) fit(values [][]byte) int {
	bytes := 0
	for i, v := range values {
		bytes += len(v)
		if i > 0 && (bytes > p.limit.BatchBytes || i >= p.limit.BatchRecords) {
			return i
		}
	}
	return len(values)
}

// compression by LZ4 makes typical events 4 to 5 times smaller from 30 in a batch on, for under half a
// microsecond an event; Zstandard saves another seventh for three times as much.
const compression = kafka.Lz4

// produceOnce sends one request. Kafka may have a lower limit than ours: then the values go in halves.
func (p *Producer) produceOnce(partition int, values [][]byte) error {
	answer, err := p.client.Produce(p.alive, &kafka.ProduceRequest{
		Topic: p.cfg.Topic, Partition: partition, RequiredAcks: kafka.RequireAll,
		Records: newRecordReader(values), Compression: compression,
	})
	if err == nil {
		err = answer.Error
	}
	if errors.Is(err, kafka.MessageSizeTooLarge) && len(values) > 1 {
		half := len(values) / 2
		if err := p.produceOnce(partition, values[:half]); err != nil {
			return err
		}
		return p.produceOnce(partition, values[half:])
	}
	if err != nil {
		return fmt.Errorf("write %d records to partition %d of %s: %w", len(values), partition, p.cfg.Topic, err)
	}
	return nil
}

// partitions deals out the topic's partitions in turn.
type partitions struct {
	mu    sync.Mutex
	last  int
	count int
	asked time.Time
}

// partitionsTTL is how long the number of partitions is believed; it changes when an operator adds some.
const partitionsTTL = 10 * time.Second

func (s *partitions) pick(ctx context.Context, client *kafka.Client, topic string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == 0 || time.Since(s.asked) > partitionsTTL {
		if err := s.refresh(ctx, client, topic); err != nil && s.count == 0 {
			return 0, err
		}
	}
	s.last = (s.last + 1) % s.count
	return s.last, nil
}

func (s *partitions) refresh(ctx context.Context, client *kafka.Client, topic string) error {
	answer, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err == nil && answer.Topics[0].Error != nil {
		err = answer.Topics[0].Error
	}
	if err != nil {
		return fmt.Errorf("ask for the partitions of %s: %w", topic, err)
	}
	s.count, s.asked = len(answer.Topics[0].Partitions), time.Now()
	if s.count == 0 {
		return fmt.Errorf("ask for the partitions of %s: %w", topic, kafka.UnknownTopicOrPartition)
	}
	return nil
}
