package services

import (
	"os"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/alerts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/companies"
	"github.com/footfall-analytics/footfall/pkg/dashboard/explanation"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/dashboard/jobs"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Dashboard are the commands of the dashboard service.
type Dashboard struct {
	Serve     DashboardServe     `cmd:"" default:"withargs" help:"Serve the dashboard."`
	ResetLink DashboardResetLink `cmd:"" help:"Print a one-time link with which somebody chooses a new password; the dashboard must not run."`
	Weekly    Weekly             `cmd:"" help:"Write the weekly report of a site into a file."`
	Export    Export             `cmd:"" help:"Write daily tables of any range of days as CSV or Parquet files."`
	Health    Health             `cmd:"" help:"Ask the running service whether it is ready."`
}

// DashboardConfig holds what the dashboard needs.
type DashboardConfig struct {
	Warehouse warehouse.Config `embed:"" prefix:"clickhouse-"`
	Sites     sites.Config     `embed:""`
	Dashboard dashboard.Config `embed:"" prefix:"dashboard-"`

	Rules rules.Config `embed:"" prefix:"rules-"`

	// Tell says to people at a terminal how the dashboard opens; nil: to standard error.
	Tell func(accounts.Opening) `kong:"-"`
}

// DashboardServe is the service.
type DashboardServe struct {
	Daemon daemon.Config `embed:""`
	DashboardConfig
}

// Run serves until it is told to stop.
func (c *DashboardServe) Run() error {
	return serve(c.Daemon, func(p *daemon.Process) error {
		dir, err := Directory(p, c.Sites)
		if err != nil {
			return err
		}
		return AddDashboard(p, c.DashboardConfig, dir)
	})
}

// dashboardConns bounds the connections of people at their browsers.
const dashboardConns = 1024

// AddDashboard adds the dashboard service to a process.
func AddDashboard(p *daemon.Process, cfg DashboardConfig, dir *sites.Directory) error {
	w, err := addWarehouse(p, cfg.Warehouse)
	if err != nil {
		return err
	}
	if w.Rules, err = rules.Read(cfg.Rules); err != nil {
		return err
	}
	tell := cfg.Tell
	if tell == nil {
		tell = func(o accounts.Opening) { tellFirstLink(os.Stderr, o) }
	}
	who, err := accounts.New(cfg.Dashboard.Accounts, cfg.Dashboard.Addr, tell, p.Log, p.Metrics)
	if err != nil {
		return err
	}
	numbers := figures.New(w, dir)
	reports, err := weekly.New(cfg.Dashboard.Weekly, cfg.Dashboard.Accounts.Base(cfg.Dashboard.Addr), numbers, dir, w, p.Log, p.Metrics)
	if err != nil {
		return err
	}
	base := cfg.Dashboard.Accounts.Base(cfg.Dashboard.Addr)
	watch, err := alerts.New(cfg.Dashboard.Alerts, cfg.Dashboard.Ways(), base, numbers, dir, w, p.Log, p.Metrics)
	if err != nil {
		return err
	}
	own := companies.New(cfg.Dashboard.Companies, readNetworks, w, p.Log)
	d := dashboard.New(who, p.Log, numbers, jobs.New(w, dir), explanation.New(NewExplainer(w), dir), who, reports, watch, own)
	p.Add("accounts", who)
	p.Add("weekly", reports)
	p.Add("alerts", watch)
	p.Add("dashboard", daemon.NewHTTPServer(cfg.Dashboard.Addr, dashboardConns, who.Guard(d.Handler()), p.Log, p.Fail))
	return nil
}
