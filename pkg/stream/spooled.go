package stream

import (
	"context"
	"errors"
	"time"

	"github.com/segmentio/kafka-go"
)

// Spool keeps encoded events on a disk of this machine while Kafka is slow or away.
type Spool interface {
	// Append returns nil once the values are synced to disk.
	Append(ctx context.Context, values [][]byte) error
	// Drain hands out what was appended, oldest first, until ctx ends or send fails; send returns the
	// values that Kafka will never take.
	Drain(ctx context.Context, maxRecords, maxBytes int, send func(context.Context, [][]byte) ([][]byte, error))
}

// WithSpool gives the producer a spool, which must be started before it and stopped after it.
//
// Events that come after Kafka has recovered do not queue behind the spool: they go past it, since
// nothing downstream needs an order, they should be seen at once, and a spool that drains should not be
// filled at the same time. One request of the spool's is under way at a time, so that it does not take
// Kafka from the fresh ones.
func WithSpool(s Spool) ProducerOption {
	return func(p *Producer) { p.spool = s }
}

// drain is the life of the one who empties the spool.
func (p *Producer) drain(ctx context.Context) {
	for wait := newBackoff(); ; {
		p.spool.Drain(ctx, p.limit.BatchRecords, p.limit.BatchBytes, p.sendSpooled)
		if !pause(ctx, wait.NextBackOff()) { // otherwise the spool has a trouble of its own
			return
		}
	}
}

// sendSpooled repeats until Kafka has acknowledged all of the values, save those that it will never
// take. It fails only when ctx ends.
func (p *Producer) sendSpooled(ctx context.Context, values [][]byte) (refused [][]byte, err error) {
	wait := newBackoff()
	for {
		began := time.Now()
		err := p.produce(ctx, values)
		switch {
		case err == nil:
			p.trouble.Store(nil)
			if time.Since(began) <= p.limit.SpoolAfter {
				p.breaker.close()
			}
			return refused, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case neverTaken(err) && len(values) > 1:
			half := len(values) / 2
			first, err := p.sendSpooled(ctx, values[:half])
			if err != nil {
				return nil, err
			}
			refused, values = append(refused, first...), values[half:]
			continue
		case neverTaken(err):
			return append(refused, values...), nil
		}
		p.trouble.Store(&err)
		p.breaker.open()
		if !pause(ctx, wait.NextBackOff()) {
			return nil, ctx.Err()
		}
	}
}

// neverTaken tells verdicts on a record itself from those on the topic or on our rights, which an
// operator can mend while the spool keeps the events.
func neverTaken(err error) bool {
	return errors.Is(err, kafka.MessageSizeTooLarge) || errors.Is(err, kafka.InvalidRecord)
}
