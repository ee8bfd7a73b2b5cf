package dashboard

import (
	"fmt"
	"net/url"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
)

// Config says where the dashboard listens and who may use it. Embed it with the prefix `dashboard-`.
type Config struct {
	Addr    string `help:"Address of the dashboard." default:"127.0.0.1:8080"`
	DemoURL string `help:"URL of the collector's demo page, to link to; empty for none." placeholder:"URL"`

	Accounts accounts.Config `embed:""`
	Weekly   weekly.Config   `embed:"" prefix:"weekly-"`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if u, err := url.Parse(c.DemoURL); err != nil || c.DemoURL != "" && u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("dashboard-demo-url %q must be an http or https URL", c.DemoURL)
	}
	if err := daemon.CheckAddr("dashboard-addr", c.Addr); err != nil {
		return err
	}
	if err := c.Weekly.Validate(); err != nil {
		return err
	}
	return c.Accounts.Check(c.Addr)
}
