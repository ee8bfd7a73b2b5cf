package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Rollup are the commands of the rollup service.
type Rollup struct {
	Serve    RollupServe    `cmd:"" default:"withargs" help:"Keep the daily tables in step with the events."`
	Run      RollupRun      `cmd:"" help:"Compute and publish one day."`
	Backfill RollupBackfill `cmd:"" help:"Compute and publish a range of days, oldest first."`
	Health   Health         `cmd:"" help:"Ask the running service whether it is ready."`
}

// RollupConfig holds what computing days needs.
type RollupConfig struct {
	Warehouse warehouse.Config    `embed:"" prefix:"clickhouse-"`
	Kafka     stream.Config       `embed:"" prefix:"kafka-"`
	Source    stream.SourceConfig `embed:"" prefix:"kafka-"`
	Sites     sites.Config        `embed:""`
	Rollup    rollup.Config       `embed:"" prefix:"rollup-"`
}

// RollupServe is the service.
type RollupServe struct {
	Daemon daemon.Config `embed:""`
	RollupConfig
}

// Run serves until it is told to stop.
func (c *RollupServe) Run() error {
	return serve(c.Daemon, func(p *daemon.Process) error {
		dir, err := Directory(p, c.Sites)
		if err != nil {
			return err
		}
		return AddRollup(p, c.RollupConfig, dir)
	})
}

// AddRollup adds the rollup service to a process.
func AddRollup(p *daemon.Process, cfg RollupConfig, dir *sites.Directory) error {
	w, err := addWarehouse(p, cfg.Warehouse)
	if err != nil {
		return err
	}
	p.Add("tables", warehouse.Migrations{Warehouse: w})
	source := stream.NewSource(cfg.Kafka, cfg.Source, p.Log)
	runner := rollup.NewRunner(cfg.Rollup, w, w, source, rollup.NewMetrics(p.Metrics), p.Log)
	p.Add("rollup", rollup.NewSchedule(runner, w, dir, p.Log))
	return nil
}

// addWarehouse adds the connection to ClickHouse.
func addWarehouse(p *daemon.Process, cfg warehouse.Config) (*warehouse.Warehouse, error) {
	w, err := warehouse.New(cfg)
	if err != nil {
		return nil, err
	}
	p.Add("warehouse", w)
	p.Health.Check("clickhouse", w.Ping)
	return w, nil
}

// RollupRun computes one day.
type RollupRun struct {
	RollupConfig
	Day string `required:"" help:"Local day: YYYY-MM-DD, today or yesterday." placeholder:"DAY"`
}

// Run computes the day in every time zone that has sites.
func (c *RollupRun) Run() error { return c.days(c.Day, c.Day, os.Stdout) }

// RollupBackfill computes a range of days.
type RollupBackfill struct {
	RollupConfig
	From string `required:"" help:"First local day." placeholder:"DAY"`
	To   string `required:"" help:"Last local day." placeholder:"DAY"`
}

// Run computes the days in every time zone that has sites.
func (c *RollupBackfill) Run() error { return c.days(c.From, c.To, os.Stdout) }

// days runs a range and prints a line per day. A failed day does not stop the ones after it.
func (c *RollupConfig) days(from, to string, out io.Writer) (err error) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	dir, err := c.Sites.Directory()
	if err != nil {
		return err
	}
	w, err := warehouse.New(c.Warehouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Stop(context.WithoutCancel(ctx))) }()
	log := daemon.NewLogger(os.Stderr, slog.LevelWarn)
	source := stream.NewSource(c.Kafka, c.Source, log)
	runner := rollup.NewRunner(c.Rollup, w, w, source, rollup.NewMetrics(prometheus.NewRegistry()), log)
	incomplete := runner.Complete(ctx)
	if incomplete != nil {
		fmt.Fprintf(out, "days stay provisional: %v\n", incomplete)
	}
	var failed error
	for _, zone := range dir.Zones() {
		days, err := rangeOf(from, to, zone.Location)
		if err != nil {
			return err
		}
		for _, day := range days {
			run, err := runner.Run(ctx, day, ledger.Selection{Sites: zone.Sites, All: zone.All}, incomplete == nil)
			if ctx.Err() != nil {
				return errors.Join(failed, ctx.Err())
			}
			failed = errors.Join(failed, err)
			printRun(out, run)
		}
	}
	return failed
}

func rangeOf(from, to string, zone *time.Location) ([]ledger.Day, error) {
	now := time.Now().In(zone)
	first, err := ledger.ParseDate(from, now)
	if err != nil {
		return nil, err
	}
	last, err := ledger.ParseDate(to, now)
	if err != nil {
		return nil, err
	}
	return ledger.Days(first, last, zone)
}

func printRun(out io.Writer, r ledger.Run) {
	fmt.Fprintf(out, "%s %s  %-11s  views %d  spent %s  %.1f s\n", r.Date, r.Zone, r.State, r.Views,
		(time.Duration(r.SpentMS) * time.Millisecond).Round(time.Second), r.Updated.Sub(r.Started).Seconds())
	for _, t := range warehouse.Published {
		if r.State != ledger.Failed {
			fmt.Fprintf(out, "  %-16s %d rows, checksum %016x\n", t, r.Rows[t], r.Checksums[t])
		}
	}
}
