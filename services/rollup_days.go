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
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// rollupTools are what the commands of the rollup work with.
type rollupTools struct {
	dir       *sites.Directory
	warehouse *warehouse.Warehouse
	runner    *rollup.Runner
}

// with opens the tools for one command, which an interrupt ends.
func (c *RollupConfig) with(command func(context.Context, *rollupTools) error) (err error) {
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
	if w.Rules, err = rules.Read(c.Rules); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Stop(context.WithoutCancel(ctx))) }()
	log := daemon.NewLogger(os.Stderr, slog.LevelWarn)
	source := stream.NewSource(c.Kafka, c.Source, log)
	runner := newRunner(*c, w, source, prometheus.NewRegistry(), log)
	return command(ctx, &rollupTools{dir, w, runner})
}

// plan is what a backfill does in one zone.
type plan struct {
	sel  ledger.Selection
	days []rollup.Planned
}

// plans lists what to compute. Without looking at the events, which takes a while, every day that is
// asked for is planned and only the reasons are coarser.
func (t *rollupTools) plans(ctx context.Context, redo rollup.Redo, from, to string, look bool) (plans []plan, count int, err error) {
	for _, zone := range t.dir.Zones() {
		days, err := rangeOf(from, to, zone.Location)
		if err != nil {
			return nil, 0, err
		}
		sel := rollup.SelectionOf(zone)
		var touched map[ledger.Date]ledger.Touch
		if look {
			if touched, err = t.warehouse.TouchedDays(ctx, zone.Location, sel, time.Time{}); err != nil {
				return nil, 0, err
			}
		}
		runs, err := t.warehouse.Runs(ctx, ledger.Daily, days[0].Date, days[len(days)-1].Date, 0)
		if err != nil {
			return nil, 0, err
		}
		p := plan{sel, rollup.Plan(redo, time.Now(), days, touched, rollup.OfZone(runs, zone.Location))}
		plans, count = append(plans, p), count+len(p.days)
	}
	return plans, count, nil
}

// run computes what is planned. A failed day does not stop the ones after it.
func (t *rollupTools) run(ctx context.Context, plans []plan, progress *rollup.Progress) error {
	events := t.runner.Await(ctx)
	if events.Missing != nil {
		progress.Printf("days stay provisional: %v\n", events.Missing)
	}
	failed := 0
	for _, p := range plans {
		for _, planned := range p.days {
			order := rollup.Order{Day: planned.Day, Selection: p.sel, Events: events, Cause: ledger.ByCommand, Reason: planned.Reason}
			run, err := t.runner.Compute(ctx, order)
			if errors.Is(err, rollup.ErrSuperseded) { // the schedule was quicker; whoever asks wants to see figures
				run, err = t.runner.Compute(ctx, order)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil && !errors.Is(err, rollup.ErrSuperseded) {
				failed++
			}
			printRun(progress, run)
			progress.Day()
		}
	}
	if failed > 0 {
		return fmt.Errorf("days that failed: %d; the lines above say why", failed)
	}
	return nil
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

func printRun(out *rollup.Progress, r ledger.Run) {
	if r.State == ledger.Failed {
		out.Printf("%s %s  failed: %s\n", r.Date, r.Zone, r.Error)
		return
	}
	out.Printf("%s %s  %-11s  views %d  spent %s  %.1f s\n", r.Date, r.Zone, r.State, r.Views,
		(time.Duration(r.SpentMS) * time.Millisecond).Round(time.Second), r.Updated.Sub(r.Started).Seconds())
	for _, t := range warehouse.Published {
		out.Printf("  %-16s %d rows, checksum %016x\n", t, r.Rows[t], r.Checksums[t])
	}
}

// RollupBackfill computes a range of days.
type RollupBackfill struct {
	RollupConfig
	From   string `required:"" help:"First local day." placeholder:"DAY"`
	To     string `required:"" help:"Last local day." placeholder:"DAY"`
	Redo   string `help:"Which days to compute beside the missing and stale ones: ${enum}." enum:"none,failed,all" default:"all"`
	DryRun bool   `help:"Only list what would be computed, and why."`
}

// Run computes the days in every time zone that has sites.
func (c *RollupBackfill) Run() error {
	redo := rollup.Redo(c.Redo)
	return c.with(func(ctx context.Context, t *rollupTools) error {
		plans, count, err := t.plans(ctx, redo, c.From, c.To, c.DryRun || redo != rollup.RedoAll)
		if err != nil {
			return err
		}
		if c.DryRun {
			printPlans(os.Stdout, plans, count)
			return nil
		}
		progress := rollup.NewProgress(os.Stdout, count)
		defer progress.Close()
		return t.run(ctx, plans, progress)
	})
}

func printPlans(out io.Writer, plans []plan, count int) {
	for _, p := range plans {
		for _, d := range p.days {
			fmt.Fprintf(out, "%s  %s\n", d.Day, d.Reason)
		}
	}
	fmt.Fprintf(out, "%d days to compute\n", count)
}
