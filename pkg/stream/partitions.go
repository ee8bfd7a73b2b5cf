package stream

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

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
