package services

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Weekly writes a site's weekly report into a file, for those who send or keep it themselves.
type Weekly struct {
	DashboardConfig
	Site string `required:"" help:"Site key." placeholder:"KEY"`
	Week string `help:"Week such as 2026-W47; by default the last one that has ended." placeholder:"WEEK"`
	To   string `help:"Recipient of a report that is written as mail." default:"reader@localhost" placeholder:"ADDRESS"`
	Out  string `required:"" help:"File to write: .html, .eml, .json, .txt or .png." type:"path" placeholder:"FILE"`
}

// Run writes the file.
func (c *Weekly) Run() (err error) {
	ctx := context.Background()
	dir, err := c.Sites.Directory()
	if err != nil {
		return err
	}
	w, err := warehouse.New(c.Warehouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Stop(ctx)) }()
	base := c.Dashboard.Accounts.Base(c.Dashboard.Addr)
	reports, err := weekly.New(c.Dashboard.Weekly, base, figures.New(w, dir), dir, w, daemon.NewLogger(os.Stderr, slog.LevelInfo), prometheus.NewRegistry())
	if err != nil {
		return err
	}
	return reports.WriteFile(ctx, c.Site, c.Week, c.To, c.Out)
}
