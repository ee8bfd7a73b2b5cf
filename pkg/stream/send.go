package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
		if batch = p.dropWithdrawn(batch); len(batch) == 0 {
			return
		}
		err := p.produce(p.alive, valuesOf(batch))
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
		p.breaker.open()
		if !pause(p.alive, wait.NextBackOff()) {
			p.answer(batch, unaccepted(ReasonClosed, p.explain(errStopped)))
			return
		}
	}
}

func (p *Producer) dropWithdrawn(batch []*pending) []*pending {
	return slices.DeleteFunc(batch, func(one *pending) bool {
		withdrawn := one.withdrawn.Load()
		if withdrawn {
			p.queue.done(one, nil) // into a channel that nobody reads
		}
		return withdrawn
	})
}

func valuesOf(batch []*pending) [][]byte {
	values := batch[0].values
	if len(batch) > 1 {
		values = nil
		for _, one := range batch {
			values = append(values, one.values...)
		}
	}
	return values
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

// produce writes the values to one partition.
func (p *Producer) produce(ctx context.Context, values [][]byte) error {
	partition, err := p.next.pick(ctx, p.client, p.cfg.Topic)
	if err != nil {
		return err
	}
	for len(values) > 0 {
		n := p.fit(values)
		if err := p.produceOnce(ctx, partition, values[:n]); err != nil {
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
func (p *Producer) produceOnce(ctx context.Context, partition int, values [][]byte) error {
	answer, err := p.client.Produce(ctx, &kafka.ProduceRequest{
		Topic: p.cfg.Topic, Partition: partition, RequiredAcks: kafka.RequireAll,
		Records: newRecordReader(values), Compression: compression,
	})
	if err == nil {
		err = answer.Error
	}
	if errors.Is(err, kafka.MessageSizeTooLarge) && len(values) > 1 {
		half := len(values) / 2
		if err := p.produceOnce(ctx, partition, values[:half]); err != nil {
			return err
		}
		return p.produceOnce(ctx, partition, values[half:])
	}
	if err != nil {
		return fmt.Errorf("write %d records to partition %d of %s: %w", len(values), partition, p.cfg.Topic, err)
	}
	return nil
}
