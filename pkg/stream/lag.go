package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/segmentio/kafka-go"
)

// Lag is how many records of each partition the group has not committed yet. It asks Kafka, so that
// it also grows while the consumer is stuck.
func (s *Source) Lag(ctx context.Context) (map[int]int64, error) {
	ends, err := s.ends(ctx)
	if err != nil {
		return nil, err
	}
	partitions := make([]int, 0, len(ends))
	for _, end := range ends {
		partitions = append(partitions, end.Partition)
	}
	committed, err := s.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{
		GroupID: s.group, Topics: map[string][]int{s.cfg.Topic: partitions},
	})
	if err == nil {
		err = committed.Error
	}
	done := make(map[int]int64, len(ends))
	switch {
	case errors.Is(err, kafka.GroupIdNotFound): // nobody has joined yet
	case err != nil:
		return nil, fmt.Errorf("ask for the committed offsets of %s: %w", s.group, err)
	default:
		for _, c := range committed.Topics[s.cfg.Topic] {
			done[c.Partition] = c.CommittedOffset // -1 when there is none
		}
	}
	lag := make(map[int]int64, len(ends))
	for _, end := range ends {
		lag[end.Partition] = end.LastOffset - max(done[end.Partition], end.FirstOffset)
	}
	return lag, nil
}

// ends asks for the first and the next offset of every partition.
func (s *Source) ends(ctx context.Context) ([]kafka.PartitionOffsets, error) {
	metadata, err := s.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{s.cfg.Topic}})
	if err == nil {
		err = metadata.Topics[0].Error
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the partitions of %s: %w", s.cfg.Topic, err)
	}
	var wanted []kafka.OffsetRequest
	for _, p := range metadata.Topics[0].Partitions {
		wanted = append(wanted, kafka.FirstOffsetOf(p.ID), kafka.LastOffsetOf(p.ID))
	}
	answer, err := s.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{s.cfg.Topic: wanted}})
	if err != nil {
		return nil, fmt.Errorf("ask for the offsets of %s: %w", s.cfg.Topic, err)
	}
	ends := answer.Topics[s.cfg.Topic]
	for _, end := range ends {
		if end.Error != nil {
			return nil, fmt.Errorf("ask for the offsets of partition %d of %s: %w", end.Partition, s.cfg.Topic, end.Error)
		}
	}
	return ends, nil
}
