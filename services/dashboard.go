package services

import (
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Dashboard are the commands of the dashboard service.
type Dashboard struct {
	Serve  DashboardServe `cmd:"" default:"withargs" help:"Serve the dashboard."`
	Health Health         `cmd:"" help:"Ask the running service whether it is ready."`
}

// DashboardConfig holds what the dashboard needs.
type DashboardConfig struct {
	Warehouse warehouse.Config `embed:"" prefix:"clickhouse-"`
	Sites     sites.Config     `embed:""`
	Dashboard dashboard.Config `embed:"" prefix:"dashboard-"`
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
	d := dashboard.New(access.Everyone{}, p.Log, figures.New(w, dir))
	p.Add("dashboard", daemon.NewHTTPServer(cfg.Dashboard.Addr, dashboardConns, d.Handler(), p.Log, p.Fail))
	return nil
}
