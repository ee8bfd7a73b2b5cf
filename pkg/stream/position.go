package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
)

// ErrFenced is what Commit returns when the group has gone on without this member: what it was about
// to do belongs to another one.
var ErrFenced = errors.New("the group has gone on without this member")

// Committed is the group's next offset of the partition and what was written beside it; the offset is
// negative when there is none.
func (p *Partition) Committed(ctx context.Context) (offset int64, metadata string, err error) {
	topic := p.source.cfg.Topic
	answer, err := p.source.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{
		GroupID: p.generation.GroupID, Topics: map[string][]int{topic: {p.id}},
	})
	if err == nil {
		err = answer.Error
	}
	if err == nil && len(answer.Topics[topic]) == 1 {
		c := answer.Topics[topic][0]
		if c.Error == nil {
			return c.CommittedOffset, c.Metadata, nil
		}
		err = c.Error
	}
	return 0, "", fmt.Errorf("ask for the committed offset of partition %d: %w", p.id, err)
}

// commitRetry is the pause before a commit that no coordinator took is tried again.
const commitRetry = 100 * time.Millisecond

// Commit records the offset to go on from, with metadata. It returns nil once Kafka has taken it. What
// passes (no coordinator, a lost connection) is tried again until ctx ends; ErrFenced is for good.
func (p *Partition) Commit(ctx context.Context, offset int64, metadata string) error {
	for {
		err := p.commit(ctx, offset, metadata)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, kafka.IllegalGeneration), errors.Is(err, kafka.UnknownMemberId), errors.Is(err, kafka.RebalanceInProgress):
			return fmt.Errorf("commit offset %d of partition %d in generation %d: %w: %w", offset, p.id, p.generation.ID, ErrFenced, err)
		case isFinal(err) || !pause(ctx, commitRetry):
			return fmt.Errorf("commit offset %d of partition %d: %w", offset, p.id, err)
		}
	}
}

func (p *Partition) commit(ctx context.Context, offset int64, metadata string) error {
	topic := p.source.cfg.Topic
	answer, err := p.source.client.OffsetCommit(ctx, &kafka.OffsetCommitRequest{
		GroupID: p.generation.GroupID, GenerationID: int(p.generation.ID), MemberID: p.generation.MemberID,
		Topics: map[string][]kafka.OffsetCommit{topic: {{Partition: p.id, Offset: offset, Metadata: metadata}}},
	})
	if err != nil {
		return err
	}
	if len(answer.Topics[topic]) != 1 {
		return fmt.Errorf("kafka answered for %d partitions", len(answer.Topics[topic]))
	}
	return answer.Topics[topic][0].Error
}
