package rollup

import (
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// Config says when days are computed. Embed it with the prefix `rollup-`.
type Config struct {
	Every   time.Duration `help:"How often the ledger is compared with the days that there should be." default:"1m"`
	Refresh time.Duration `help:"How old the provisional rows of an unfinished day may get while events arrive." default:"1h"`
	Grace   time.Duration `help:"How long after local midnight a day becomes final." default:"60m"`
	Wait    time.Duration `help:"How long to wait for the consumer to store what Kafka holds; days that are computed without that stay provisional." default:"30s"`

	RequestsEvery time.Duration `help:"How often to look whether somebody asks for a day to be computed; 0: only when the ledger is compared." default:"1s"`

	Deadline     time.Duration   `help:"How long after midnight and grace a day may take to become final before an alert is raised." default:"6h"`
	AlertURL     string          `help:"Webhook that gets alerts as JSON by POST: https, or http on this machine." placeholder:"URL"`
	HeartbeatURL string          `help:"URL to GET, at most once a minute, while the runs are in step." placeholder:"URL"`
	Outgoing     outgoing.Config `embed:""`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.Every < time.Second || c.Refresh < time.Second {
		return fmt.Errorf("rollup-every %s and rollup-refresh %s must be at least 1s", c.Every, c.Refresh)
	}
	if c.Grace < 0 || c.Wait <= 0 {
		return fmt.Errorf("rollup-grace %s must not be negative and rollup-wait %s must be more than zero", c.Grace, c.Wait)
	}
	if c.RequestsEvery != 0 && c.RequestsEvery < 100*time.Millisecond {
		return fmt.Errorf("rollup-requests-every %s must be 0 or at least 100ms", c.RequestsEvery)
	}
	if c.Deadline <= 0 {
		return fmt.Errorf("rollup-deadline %s must be more than zero", c.Deadline)
	}
	return c.checkURLs()
}

func (c Config) checkURLs() error {
	if err := c.Outgoing.Validate(); err != nil {
		return fmt.Errorf("rollup-%w", err)
	}
	if c.AlertURL != "" {
		if err := c.Outgoing.CheckURL("rollup-alert-url", c.AlertURL); err != nil {
			return err
		}
	}
	if c.HeartbeatURL != "" {
		return c.Outgoing.CheckURL("rollup-heartbeat-url", c.HeartbeatURL)
	}
	return nil
}

// urls are what the service may call.
func (c Config) urls() (urls []string) {
	for _, u := range []string{c.AlertURL, c.HeartbeatURL} {
		if u != "" {
			urls = append(urls, u)
		}
	}
	return urls
}
