package rollup

import (
	"fmt"
	"time"
)

// Config says when days are computed. Embed it with the prefix `rollup-`.
type Config struct {
	Every   time.Duration `help:"How often the ledger is compared with the days that there should be." default:"1m"`
	Refresh time.Duration `help:"How old the provisional rows of an unfinished day may get while events arrive." default:"1h"`
	Grace   time.Duration `help:"How long after local midnight a day becomes final." default:"60m"`
	Wait    time.Duration `help:"How long to wait for the consumer to store what Kafka holds; days that are computed without that stay provisional." default:"30s"`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.Every < time.Second || c.Refresh < time.Second {
		return fmt.Errorf("rollup-every %s and rollup-refresh %s must be at least 1s", c.Every, c.Refresh)
	}
	if c.Grace < 0 || c.Wait <= 0 {
		return fmt.Errorf("rollup-grace %s must not be negative and rollup-wait %s must be more than zero", c.Grace, c.Wait)
	}
	return nil
}
