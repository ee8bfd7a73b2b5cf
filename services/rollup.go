package services

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/export"
	"github.com/footfall-analytics/footfall/pkg/extract"
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
	Verify   RollupVerify   `cmd:"" help:"Compute published days again, aside, and compare."`
	Explain  RollupExplain  `cmd:"" help:"Say how the figures of one address on one day come about."`
	Health   Health         `cmd:"" help:"Ask the running service whether it is ready."`
}

// RollupConfig holds what computing days needs.
type RollupConfig struct {
	Warehouse warehouse.Config    `embed:"" prefix:"clickhouse-"`
	Kafka     stream.Config       `embed:"" prefix:"kafka-"`
	Source    stream.SourceConfig `embed:"" prefix:"kafka-"`
	Sites     sites.Config        `embed:""`
	Rollup    rollup.Config       `embed:"" prefix:"rollup-"`
	Rules     rules.Config        `embed:"" prefix:"rules-"`
	Export    export.Config       `embed:"" prefix:"export-"`
}

// RollupServe is the service.
type RollupServe struct {
	Daemon daemon.Config `embed:""`
	RollupConfig
	Extract extract.Config `embed:"" prefix:"extract-"`
}

// Run serves until it is told to stop.
func (c *RollupServe) Run() error {
	return serve(c.Daemon, func(p *daemon.Process) error {
		dir, err := Directory(p, c.Sites)
		if err != nil {
			return err
		}
		return AddRollup(p, c.RollupConfig, c.Extract, dir)
	})
}

// rollupGroup is the consumer group in which the processes that could run the days find their leader.
const rollupGroup = "footfall-rollup"

// AddRollup adds the rollup service to a process. Whoever leads also reads the calendars.
func AddRollup(p *daemon.Process, cfg RollupConfig, outside extract.Config, dir *sites.Directory) error {
	w, err := addWarehouse(p, cfg.Warehouse)
	if err != nil {
		return err
	}
	if w.Rules, err = rules.Read(cfg.Rules); err != nil {
		return err
	}
	p.Add("tables", warehouse.Migrations{Warehouse: w, Log: p.Log})
	source := stream.NewSource(cfg.Kafka, cfg.Source, p.Log)
	runner := newRunner(cfg, w, source, p.Metrics, p.Log)
	leader := stream.NewLeader(cfg.Kafka, rollupGroup, p.Log)
	schedule := rollup.NewSchedule(runner, w, dir, leader, p.Log)
	calendars, err := extract.New(outside, w, leader, p.Log, p.Metrics)
	if err != nil {
		return err
	}
	leader.OnElected(func() { schedule.Nudge(); calendars.Nudge() })
	p.Add("leader", leader)
	p.Add("rollup", schedule)
	p.Add("extract", calendars)
	return nil
}

// newRunner makes the runner of the service and of its commands; both write each published day as files.
func newRunner(cfg RollupConfig, w *warehouse.Warehouse, source *stream.Source, reg prometheus.Registerer, log *slog.Logger) *rollup.Runner {
	runner := rollup.NewRunner(cfg.Rollup, w, w, source, rollup.NewMetrics(reg), log)
	runner.AfterPublish = export.New(cfg.Export, w, log).Export
	return runner
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
func (c *RollupRun) Run() error {
	return c.with(func(ctx context.Context, t *rollupTools) error {
		plans, count, err := t.plans(ctx, rollup.RedoAll, c.Day, c.Day, false)
		if err != nil {
			return err
		}
		progress := rollup.NewProgress(os.Stdout, 0)
		if count == 0 {
			return fmt.Errorf("day %s has not begun", c.Day)
		}
		return t.run(ctx, plans, progress)
	})
}
