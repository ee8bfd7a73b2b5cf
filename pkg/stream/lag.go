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
	done, err := s.committed(ctx, ends)
	if err != nil {
		return nil, err
	}
	lag := make(map[int]int64, len(ends))
	for _, end := range ends {
		lag[end.Partition] = end.LastOffset - max(done[end.Partition], end.FirstOffset)
	}
	return lag, nil
}

// AwaitStored waits until the group has committed everything that the topic holds now: with a consumer
// that commits after the insert, all of it is stored then. It need not be Started.
func (s *Source) AwaitStored(ctx context.Context) error {
	ends, err := s.ends(ctx)
	if err != nil {
		return err
	}
	for wait := newBackoff(); ; {
		behind, err := s.behind(ctx, ends)
		if err == nil && behind > 0 {
			err = fmt.Errorf("group %s has not stored %d records of %s", s.group, behind, s.cfg.Topic)
		}
		if err == nil || isFinal(err) {
			return err
		}
		if !pause(ctx, wait.NextBackOff()) {
			return fmt.Errorf("%w: %w", err, ctx.Err())
		}
	}
}

// behind counts the records before the given ends that the group has not committed.
func (s *Source) behind(ctx context.Context, ends []kafka.PartitionOffsets) (records int64, err error) {
	done, err := s.committed(ctx, ends)
	if err != nil {
		return 0, err
	}
	for _, end := range ends {
		records += max(0, end.LastOffset-max(done[end.Partition], end.FirstOffset))
	}
	return records, nil
}

// committed asks for the group's next offset of every partition; a partition without one is missing
// or negative.
func (s *Source) committed(ctx context.Context, ends []kafka.PartitionOffsets) (map[int]int64, error) {
	partitions := make([]int, 0, len(ends))
	for _, end := range ends {
		partitions = append(partitions, end.Partition)
	}
	answer, err := s.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{
		GroupID: s.group, Topics: map[string][]int{s.cfg.Topic: partitions},
	})
	if err == nil {
		err = answer.Error
	}
	if errors.Is(err, kafka.GroupIdNotFound) { // nobody has joined yet
		return map[int]int64{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the committed offsets of %s: %w", s.group, err)
	}
	done := make(map[int]int64, len(ends))
	for _, c := range answer.Topics[s.cfg.Topic] {
		done[c.Partition] = c.CommittedOffset
	}
	return done, nil
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
