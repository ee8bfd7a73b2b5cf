package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Partition is one partition of the topic, as long as one generation of the group lasts. What it
// commits is fenced: Kafka refuses it once the group has gone on without this member.
type Partition struct {
	source     *Source
	id         int
	generation *kafka.Generation
	stream     string
}

// Partitions are all partitions of the topic, to be read outside of the group: only Bounds and Fetch work.
func (s *Source) Partitions(ctx context.Context) ([]*Partition, error) {
	ends, err := s.ends(ctx)
	if err != nil {
		return nil, err
	}
	stream, err := s.stream(ctx)
	if err != nil {
		return nil, err
	}
	var partitions []*Partition
	for _, end := range ends {
		partitions = append(partitions, &Partition{source: s, id: end.Partition, stream: stream})
	}
	slices.SortFunc(partitions, func(a, b *Partition) int { return a.id - b.id })
	return partitions, nil
}

// ID is the number of the partition.
func (p *Partition) ID() int { return p.id }

// Generation is the number of the group's generation.
func (p *Partition) Generation() int { return int(p.generation.ID) }

// Stream names the topic and the cluster that it belongs to.
func (p *Partition) Stream() string { return p.stream }

// Bounds are the first offset that Kafka still holds and the one that the next record will get.
func (p *Partition) Bounds(ctx context.Context) (first, next int64, err error) {
	topic := p.source.cfg.Topic
	answer, err := p.source.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{
		topic: {kafka.FirstOffsetOf(p.id), kafka.LastOffsetOf(p.id)},
	}})
	if err == nil && len(answer.Topics[topic]) == 1 {
		bounds := answer.Topics[topic][0]
		if bounds.Error == nil {
			return bounds.FirstOffset, bounds.LastOffset, nil
		}
		err = bounds.Error
	}
	return 0, 0, fmt.Errorf("ask for the offsets of partition %d of %s: %w", p.id, topic, err)
}

// Fetch waits for records from an offset on and returns them with the offset to go on from and
// the one that the next record of the partition will get. It asks for about maxBytes; one batch of
// records comes in any case. The values share one memory, which stays untouched.
func (p *Partition) Fetch(ctx context.Context, offset int64, wait time.Duration, maxBytes int) (records []event.Record, next, end int64, err error) {
	answer, err := p.source.client.Fetch(ctx, &kafka.FetchRequest{
		Topic: p.source.cfg.Topic, Partition: p.id, Offset: offset, MinBytes: 1, MaxBytes: int64(maxBytes), MaxWait: wait,
	})
	if err == nil {
		err = answer.Error
	}
	if err != nil {
		return nil, 0, 0, fmt.Errorf("fetch from offset %d of partition %d of %s: %w", offset, p.id, p.source.cfg.Topic, err)
	}
	var values arena
	for {
		r, err := answer.Records.ReadRecord()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, 0, fmt.Errorf("read records from offset %d of partition %d of %s: %w", offset, p.id, p.source.cfg.Topic, err)
		}
		value, err := values.take(r)
		if err != nil {
			return nil, 0, 0, fmt.Errorf("read the record at offset %d of partition %d of %s: %w", r.Offset, p.id, p.source.cfg.Topic, err)
		}
		if r.Offset >= offset { // the first batch may begin earlier
			records = append(records, event.Record{Partition: p.id, Offset: r.Offset, Time: r.Time.UTC(), Version: version(r.Headers), Value: value})
		}
	}
	next = offset
	if n := len(records); n > 0 {
		next = records[n-1].Offset + 1
	}
	return records, max(next, afterMarkers(answer.Records)), answer.HighWatermark, nil
}

// afterMarkers is the offset behind the last mark of a transaction, which takes an offset and is no
// record: without that, a fetch that finds nothing else would come again for ever.
func afterMarkers(r kafka.RecordReader) (next int64) {
	if batches, ok := r.(*protocol.RecordStream); ok {
		for _, b := range batches.Records {
			if c, ok := b.(*protocol.ControlBatch); ok {
				next = c.BaseOffset + 1
			}
		}
	}
	return next
}

func version(headers []kafka.Header) string {
	for _, h := range headers {
		if h.Key == HeaderVersion {
			return string(h.Value)
		}
	}
	return ""
}

// arenaBytes is how much memory the values of one fetch share at a time.
const arenaBytes = 1 << 20

// arena copies values out of kafka-go's buffers, many into one piece of memory.
type arena struct{ free []byte }

func (a *arena) take(r *kafka.Record) ([]byte, error) {
	if r.Key != nil {
		r.Key.Close()
	}
	if r.Value == nil {
		return nil, nil
	}
	defer r.Value.Close()
	n := r.Value.Len()
	if n > len(a.free) {
		a.free = make([]byte, max(n, arenaBytes))
	}
	value := a.free[:n:n]
	a.free = a.free[n:]
	_, err := io.ReadFull(r.Value, value)
	return value, err
}
