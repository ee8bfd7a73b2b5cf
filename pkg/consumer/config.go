package consumer

import (
	"fmt"
	"time"
)

// Config says when a batch is cut and what bounds the work. Embed it with the prefix `consumer-`.
type Config struct {
	BatchRows     int           `help:"Most records in one insert." default:"100000"`
	BatchBytes    int           `help:"Most bytes of Kafka records in one insert." default:"67108864"`
	BatchWait     time.Duration `help:"How long the first record of a batch may wait for others." default:"1s"`
	InsertTimeout time.Duration `help:"How long one insert may take before it is tried again." default:"30s"`
	Inserts       int           `help:"Inserts under way at once." default:"4"`
	MemoryBytes   int64         `help:"Memory for records that are not stored yet, over all partitions; each idle partition may bring one batch of records on top." default:"402653184"`
	Stall         time.Duration `help:"How long a partition with lag may stay without a commit before another member gets it." default:"2m"`
	AuditEvery    time.Duration `help:"How often the newest offsets are looked for in ClickHouse; 0 turns that off." default:"15m"`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"batch-rows", int64(c.BatchRows)}, {"batch-bytes", int64(c.BatchBytes)},
		{"inserts", int64(c.Inserts)}, {"memory-bytes", c.MemoryBytes},
	} {
		if n.value < 1 {
			return fmt.Errorf("consumer-%s %d must be at least 1", n.name, n.value)
		}
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"batch-wait", c.BatchWait}, {"insert-timeout", c.InsertTimeout}, {"stall", c.Stall}} {
		if d.value <= 0 {
			return fmt.Errorf("consumer-%s %s must be more than zero", d.name, d.value)
		}
	}
	if c.AuditEvery < 0 {
		return fmt.Errorf("consumer-audit-every %s must not be less than zero", c.AuditEvery)
	}
	return nil
}
