// Package rollup decides which days are computed, in what order, and what becomes of a run that
// fails. The ledger in ClickHouse is the truth; the schedule only nudges a loop that compares it
// with the days that there should be.
//
// A run stages a day beside the published one, checks it, swaps it in, reads it back and then
// writes the ledger. Running a day again is always safe and gives the same checksums.
package rollup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Warehouse computes days.
type Warehouse interface {
	// Stage computes a day beside the published one.
	Stage(ctx context.Context, run uuid.UUID, day ledger.Day, sel ledger.Selection) (*ledger.Staging, error)
	// Publish swaps a staged day in.
	Publish(ctx context.Context, s *ledger.Staging) error
	// ReadBack sums what is published, by table.
	ReadBack(ctx context.Context, day ledger.Day) (map[string]ledger.Sums, error)
	// Drop removes a staging.
	Drop(ctx context.Context, s *ledger.Staging) error
}

// Ledger remembers the runs.
type Ledger interface {
	RecordRun(ctx context.Context, r ledger.Run) error
	Runs(ctx context.Context, job string, from, to ledger.Date, limit int) ([]ledger.Run, error)
}

// Stream is what events come through.
type Stream interface {
	// AwaitStored waits until all that the stream holds now is in the warehouse.
	AwaitStored(ctx context.Context) error
}

// Runner runs days, one at a time.
type Runner struct {
	cfg       Config
	warehouse Warehouse
	ledger    Ledger
	stream    Stream
	log       *slog.Logger
	metrics   *metrics
	now       func() time.Time
}

// NewRunner makes a Runner.
func NewRunner(cfg Config, w Warehouse, l Ledger, s Stream, m Metrics, log *slog.Logger) *Runner {
	return &Runner{cfg: cfg, warehouse: w, ledger: l, stream: s, log: log, metrics: m.metrics, now: time.Now}
}

// Complete waits until the warehouse holds everything that has been acknowledged so far. When that
// takes too long it returns why; days that are run then are provisional at best.
func (r *Runner) Complete(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Wait)
	defer cancel()
	if err := r.stream.AwaitStored(ctx); err != nil {
		return fmt.Errorf("not all events are stored yet: %w", err)
	}
	return nil
}

// Run computes and publishes one day. The run's end, good or bad, stands in the ledger; a failed run
// leaves the published rows as they were. Only with complete events can a day become final.
func (r *Runner) Run(ctx context.Context, day ledger.Day, sel ledger.Selection, complete bool) (ledger.Run, error) {
	started := r.now().UTC().Truncate(time.Millisecond)
	run := ledger.Run{
		ID: uuid.New(), Job: ledger.Daily, Date: day.Date, Zone: day.Zone.String(), State: ledger.Running,
		Started: started, Updated: started, DefinitionVersion: ledger.DefinitionVersion,
	}
	if err := r.ledger.RecordRun(ctx, run); err != nil {
		return run, fmt.Errorf("begin run of %s: %w", day, err)
	}
	err := r.attempt(ctx, &run, day, sel)
	run.State = r.stateAfter(err, day, started, complete)
	if err != nil {
		run.Error = err.Error()
	}
	run.Updated = r.now().UTC().Truncate(time.Millisecond)
	r.metrics.observe(run)
	// The outcome is written even when the run was cancelled: the ledger must not say "running" for ever.
	if lerr := r.ledger.RecordRun(context.WithoutCancel(ctx), run); lerr != nil {
		err = errors.Join(err, fmt.Errorf("end run of %s: %w", day, lerr))
	}
	return run, err
}

func (r *Runner) stateAfter(err error, day ledger.Day, started time.Time, complete bool) ledger.State {
	switch {
	case err != nil:
		return ledger.Failed
	case !complete || started.Before(day.End().Add(r.cfg.Grace)):
		return ledger.Provisional
	default:
		return ledger.Final
	}
}

func (r *Runner) attempt(ctx context.Context, run *ledger.Run, day ledger.Day, sel ledger.Selection) (err error) {
	staging, err := r.warehouse.Stage(ctx, run.ID, day, sel)
	defer func() {
		if derr := r.warehouse.Drop(context.WithoutCancel(ctx), staging); derr != nil {
			err = errors.Join(err, derr)
		}
	}()
	if err != nil {
		return fmt.Errorf("stage %s: %w", day, err)
	}
	if err := check(staging); err != nil {
		return fmt.Errorf("check %s: %w", day, err)
	}
	if err := r.warehouse.Publish(ctx, staging); err != nil {
		return fmt.Errorf("publish %s: %w", day, err)
	}
	published, err := r.warehouse.ReadBack(ctx, day)
	if err != nil {
		return fmt.Errorf("read back %s: %w", day, err)
	}
	run.Views, run.SpentMS = staging.From.Views, staging.From.SpentMS
	run.Rows, run.Checksums = map[string]uint64{}, map[string]uint64{}
	for table, want := range staging.Sums {
		if published[table] != want {
			return fmt.Errorf("read back %s: %s holds %+v, staged were %+v", day, table, published[table], want)
		}
		run.Rows[table], run.Checksums[table] = want.Rows, want.Checksum
	}
	return nil
}

// check holds the promise that views and times are equal however they are summed.
func check(s *ledger.Staging) error {
	for table, sums := range s.Sums {
		if sums.Views != s.From.Views || sums.SpentMS != s.From.SpentMS || sums.EngagedMS != s.From.EngagedMS {
			return fmt.Errorf("%s sums to %d views, %d ms spent, %d ms engaged; the day has %d, %d and %d",
				table, sums.Views, sums.SpentMS, sums.EngagedMS, s.From.Views, s.From.SpentMS, s.From.EngagedMS)
		}
		if sums.Covered != sums.Views {
			return fmt.Errorf("%s says what kind of time %d of %d views have", table, sums.Covered, sums.Views)
		}
	}
	return nil
}
