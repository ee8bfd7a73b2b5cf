package extract

import (
	"fmt"
	"net/url"
	"time"

	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// Config says what is read. Embed it with the prefix `extract-`.
type Config struct {
	Launches    bool            `help:"Read upcoming rocket launches from the Launch Library of The Space Devs, once an hour."`
	LaunchesURL string          `help:"Where the Launch Library is." default:"https://ll.thespacedevs.com" placeholder:"URL"`
	Sources     string          `help:"File (YAML) of calendars to read. Without one none is." type:"path" placeholder:"FILE"`
	Outgoing    outgoing.Config `embed:""`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if err := c.Outgoing.Validate(); err != nil {
		return fmt.Errorf("extract-%w", err)
	}
	if c.Launches {
		if err := c.Outgoing.CheckURL("extract-launches-url", c.LaunchesURL); err != nil {
			return err
		}
	}
	_, err := c.sources(time.Now)
	return err
}

// launchesEvery is how often the launches are read.
const launchesEvery = time.Hour

// sources are all that the settings name. Each has a client of its own, so that none can send us to
// another's host.
func (c Config) sources(now func() time.Time) (all []planned, err error) {
	if c.Launches {
		client, err := outgoing.New(c.Outgoing, c.LaunchesURL)
		if err != nil {
			return nil, fmt.Errorf("extract-launches-url: %w", err)
		}
		base, err := url.Parse(c.LaunchesURL)
		if err != nil {
			return nil, fmt.Errorf("extract-launches-url: %w", err)
		}
		all = append(all, planned{&launches{client, base, now}, launchesName, launchesEvery, launchesCalls})
	}
	if c.Sources == "" {
		return all, nil
	}
	calendars, err := c.calendars(now)
	return append(all, calendars...), err
}
