package measure

import (
	"fmt"

	"github.com/alecthomas/kong"

	"github.com/footfall-analytics/footfall/pkg/consumer"
)

// Consumer is the consumer's settings that users get.
func Consumer() (consumer.Config, error) {
	var cfg struct {
		Consumer consumer.Config `embed:"" prefix:"consumer-"`
	}
	parser, err := kong.New(&cfg)
	if err != nil {
		return cfg.Consumer, fmt.Errorf("read default settings: %w", err)
	}
	_, err = parser.Parse(nil)
	return cfg.Consumer, err
}
