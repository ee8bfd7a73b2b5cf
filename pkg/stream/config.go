package stream

import (
	"fmt"
	"net"
	"time"

	"github.com/footfall-analytics/footfall/pkg/credentials"
)

// Config says where Kafka is and what the topic looks like. Embed it with the prefix `kafka-`.
type Config struct {
	Addr        []string      `help:"Kafka brokers to begin with, as HOST:PORT." default:"127.0.0.1:9092"`
	Topic       string        `help:"Topic of the events." default:"footfall.events.v1"`
	Partitions  int           `help:"Partitions of the topic, when it has to be created." default:"12"`
	Replication int           `help:"Copies of each partition, when the topic has to be created." default:"1"`
	Retention   time.Duration `help:"How long Kafka keeps an event, when the topic has to be created." default:"168h"`
	Timeout     time.Duration `help:"How long one request to Kafka may take." default:"5s"`

	TLS   credentials.TLS `embed:""`
	Login Login           `embed:""`
}

// maxPartitions is far above any sensible topic; a larger number is a typing error.
const maxPartitions = 10_000

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if len(c.Addr) == 0 {
		return fmt.Errorf("kafka-addr must name at least one broker")
	}
	for _, addr := range c.Addr {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return fmt.Errorf("kafka-addr %q must be HOST:PORT, such as 127.0.0.1:9092", addr)
		}
	}
	if c.Topic == "" {
		return fmt.Errorf("kafka-topic must not be empty")
	}
	if c.Partitions < 1 || c.Partitions > maxPartitions {
		return fmt.Errorf("kafka-partitions %d must lie between 1 and %d", c.Partitions, maxPartitions)
	}
	if c.Replication < 1 || c.Replication > 9 {
		return fmt.Errorf("kafka-replication %d must lie between 1 and 9", c.Replication)
	}
	if c.Retention < time.Hour {
		return fmt.Errorf("kafka-retention %s must be at least 1h", c.Retention)
	}
	if c.Timeout <= 0 {
		return fmt.Errorf("kafka-timeout %s must be more than zero", c.Timeout)
	}
	if err := c.TLS.Check(setting); err != nil {
		return err
	}
	return c.Login.check()
}

// ProducerConfig bounds what a Producer holds. Embed it with the prefix `kafka-`.
type ProducerConfig struct {
	PublishTimeout time.Duration `help:"How long an event may wait for Kafka's acknowledgement before its sender is told to come again." default:"10s"`
	SpoolAfter     time.Duration `help:"How long an event may wait for Kafka's acknowledgement before it goes to the spool, if there is one." default:"250ms"`
	InFlight       int           `help:"Produce requests under way at once. Fewer make larger batches." default:"2"`
	BatchRecords   int           `help:"Most records in one produce request." default:"5000"`
	BatchBytes     int           `help:"Most bytes in one produce request; must stay below the topic's max.message.bytes." default:"524288"`
	QueueRecords   int           `help:"Most records that may wait for their acknowledgement." default:"200000"`
	QueueBytes     int           `help:"Most bytes that may wait for their acknowledgement." default:"67108864"`
}

// Validate refuses settings that cannot work.
func (c ProducerConfig) Validate() error {
	if c.PublishTimeout <= 0 {
		return fmt.Errorf("kafka-publish-timeout %s must be more than zero", c.PublishTimeout)
	}
	if c.SpoolAfter <= 0 {
		return fmt.Errorf("kafka-spool-after %s must be more than zero", c.SpoolAfter)
	}
	for _, n := range []struct {
		name  string
		value int
	}{
		{"in-flight", c.InFlight}, {"batch-records", c.BatchRecords}, {"batch-bytes", c.BatchBytes},
		{"queue-records", c.QueueRecords}, {"queue-bytes", c.QueueBytes},
	} {
		if n.value < 1 {
			return fmt.Errorf("kafka-%s %d must be at least 1", n.name, n.value)
		}
	}
	return nil
}

// SourceConfig names the group that reads. Embed it with the prefix `kafka-`.
type SourceConfig struct {
	Group string `help:"Consumer group that the offsets are kept under." default:"footfall-consumer"`
}

// Validate refuses settings that cannot work.
func (c SourceConfig) Validate() error {
	if c.Group == "" {
		return fmt.Errorf("kafka-group must not be empty")
	}
	return nil
}
