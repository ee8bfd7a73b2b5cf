package dashboard

import (
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/alerts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/companies"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
)

// Config says where the dashboard listens and who may use it. Embed it with the prefix `dashboard-`.
type Config struct {
	Addr string `help:"Address of the dashboard." default:"127.0.0.1:8080"`

	Accounts  accounts.Config  `embed:""`
	Weekly    weekly.Config    `embed:"" prefix:"weekly-"`
	Alerts    alerts.Config    `embed:""`
	Companies companies.Config `embed:""`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if err := daemon.CheckAddr("dashboard-addr", c.Addr); err != nil {
		return err
	}
	if err := c.Weekly.Validate(); err != nil {
		return err
	}
	if err := c.Alerts.Validate(c.Ways()); err != nil {
		return err
	}
	if err := c.Companies.Validate(); err != nil {
		return err
	}
	return c.Accounts.Check(c.Addr)
}

// Ways are how alerts leave: as the weekly report does.
func (c Config) Ways() alerts.Ways {
	return alerts.Ways{Mail: c.Weekly.Mail, Outgoing: c.Weekly.Outgoing}
}
