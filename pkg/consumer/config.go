package consumer

import (
	"fmt"
	"time"
)

// Config says when a batch is cut. Embed it with the prefix `consumer-`.
type Config struct {
	BatchRows     int           `help:"Most records in one insert." default:"50000"`
	BatchBytes    int           `help:"Most bytes of Kafka records in one insert." default:"33554432"`
	BatchWait     time.Duration `help:"How long the first record of a batch may wait for others." default:"1s"`
	InsertTimeout time.Duration `help:"How long one insert may take before it is tried again." default:"30s"`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.BatchRows < 1 {
		return fmt.Errorf("consumer-batch-rows %d must be at least 1", c.BatchRows)
	}
	if c.BatchBytes < 1 {
		return fmt.Errorf("consumer-batch-bytes %d must be at least 1", c.BatchBytes)
	}
	if c.BatchWait <= 0 {
		return fmt.Errorf("consumer-batch-wait %s must be more than zero", c.BatchWait)
	}
	if c.InsertTimeout <= 0 {
		return fmt.Errorf("consumer-insert-timeout %s must be more than zero", c.InsertTimeout)
	}
	return nil
}
