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

// ErrSuperseded is in the error of a run whose day was published meanwhile by a run that began later,
// and so has seen all that this one has.
var ErrSuperseded = errors.New("a run that began later has been published meanwhile")

// errBlocked is in the error of a run that a check has kept from publishing.
var errBlocked = errors.New("the sums do not agree")

// Warehouse computes days.
type Warehouse interface {
	// Stage computes a day beside the published one.
	Stage(ctx context.Context, run uuid.UUID, day ledger.Day, sel ledger.Selection) (*ledger.Staging, error)
	// Open waits until no other run publishes and keeps others out until Close.
	Open(ctx context.Context, s *ledger.Staging) error
	Close(ctx context.Context) error
	// Publish swaps a staged day in.
	Publish(ctx context.Context, s *ledger.Staging) error
	// ReadSwapped sums what is published of a day that was just swapped in, by table.
	ReadSwapped(ctx context.Context, s *ledger.Staging) (map[string]ledger.Sums, error)
	// ReadBack sums what is published, by table.
	ReadBack(ctx context.Context, day ledger.Day) (map[string]ledger.Sums, error)
	// Drop removes a staging.
	Drop(ctx context.Context, s *ledger.Staging) error
}

// Ledger remembers the runs, and what each of them did.
type Ledger interface {
	LogSteps(ctx context.Context, steps []ledger.Step) error
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
	// AfterPublish, when set, is told of each published run. Its error is logged; the run stands.
	AfterPublish func(ctx context.Context, run ledger.Run) error

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

// Run computes and publishes one day, as the command line asks for. Only with complete events can a day
// become final.
func (r *Runner) Run(ctx context.Context, day ledger.Day, sel ledger.Selection, complete bool) (ledger.Run, error) {
	o := Order{Day: day, Selection: sel, Cause: ledger.ByCommand}
	if !complete {
		o.Events.Missing = errNotComplete
	}
	return r.Compute(ctx, o)
}

// errNotComplete stands for a reason that the caller has told already.
var errNotComplete = errors.New("not all events are stored yet")

// Compute computes and publishes one day. The run's end, good or bad, stands in the ledger; a failed run
// leaves the published rows as they were.
func (r *Runner) Compute(ctx context.Context, o Order) (ledger.Run, error) {
	run := o.run(r.now().UTC().Truncate(time.Millisecond))
	log := &steps{runner: r, run: &run}
	err := r.record(ctx, &run, ledger.Running)
	if err == nil {
		text, attrs := o.begun()
		log.note(ctx, ledger.Info, "begin", text, attrs)
		log.waited(ctx, o.Events)
		err = r.attempt(ctx, &run, o, log)
	}
	if err != nil {
		run.Error = err.Error()
		err = errors.Join(err, r.record(ctx, &run, ledger.Failed))
		log.note(ctx, ledger.Error, "end", err.Error(), nil)
	}
	r.metrics.observe(run)
	if err == nil {
		r.afterPublish(ctx, run, log)
		log.note(ctx, ledger.Info, "end", "published as "+string(run.State), map[string]string{"ms": inMS(r.now().Sub(run.Started))})
	}
	return run, err
}

func (r *Runner) afterPublish(ctx context.Context, run ledger.Run, log *steps) {
	if r.AfterPublish == nil {
		return
	}
	err := log.timed(ctx, "export", "written as files", func(map[string]string) error { return r.AfterPublish(ctx, run) })
	if err != nil {
		r.log.Error("after publish", "run", run.ID, "err", err)
	}
}

// record writes the run's state into the ledger, even when the run was cancelled: it must not say
// "running" for ever.
func (r *Runner) record(ctx context.Context, run *ledger.Run, state ledger.State) error {
	run.State, run.Updated = state, r.now().UTC().Truncate(time.Millisecond)
	if err := r.ledger.RecordRun(context.WithoutCancel(ctx), *run); err != nil {
		return fmt.Errorf("record run of %s as %s: %w", run.Date, state, err)
	}
	return nil
}

func (r *Runner) stateOf(o Order, run *ledger.Run) ledger.State {
	if o.Events.Missing != nil || run.Started.Before(o.Day.End().Add(r.cfg.Grace)) {
		return ledger.Provisional
	}
	return ledger.Final
}

// attempt stages and checks a day beside the published one, and then publishes it. It can be stopped until
// it begins to publish.
func (r *Runner) attempt(ctx context.Context, run *ledger.Run, o Order, log *steps) (err error) {
	day, began := o.Day, r.now()
	work, release := o.stoppable(ctx)
	defer release()
	staging, err := r.warehouse.Stage(ledger.WithTrace(work, log.substep(ctx)), run.ID, day, o.Selection)
	defer func() { err = errors.Join(err, r.warehouse.Drop(context.WithoutCancel(ctx), staging)) }()
	if err != nil {
		return orStopped(work, fmt.Errorf("stage %s: %w", day, err))
	}
	run.Inputs = staging.Inputs
	log.staged(ctx, staging, r.now().Sub(began))
	log.checks(ctx, staging)
	if err := check(staging); err != nil {
		return fmt.Errorf("check %s: %w: %w", day, errBlocked, err)
	}
	err = log.timed(ctx, "door", "no other run publishes", func(map[string]string) error { return r.warehouse.Open(work, staging) })
	if err != nil {
		return orStopped(work, fmt.Errorf("wait for other runs before %s: %w", day, err))
	}
	defer func() { err = errors.Join(err, r.warehouse.Close(context.WithoutCancel(ctx))) }()
	if err := r.fence(ctx, run); err != nil {
		return err
	}
	if err := orStopped(work, nil); err != nil {
		return err
	}
	if err := r.publish(ctx, run, staging, log); err != nil {
		return err
	}
	return log.timed(ctx, "ledger", "written into the ledger", func(tell map[string]string) error {
		tell["state"] = string(r.stateOf(o, run))
		return r.record(ctx, run, r.stateOf(o, run))
	})
}

// fence refuses a run that began before the one whose rows are published: it has seen fewer events.
func (r *Runner) fence(ctx context.Context, run *ledger.Run) error {
	runs, err := r.ledger.Runs(ctx, run.Job, run.Date, run.Date, 0)
	if err != nil {
		return fmt.Errorf("read ledger of %s: %w", run.Date, err)
	}
	for _, other := range runs {
		if other.State.Published() && other.Zone == run.Zone && other.Started.After(run.Started) {
			return fmt.Errorf("run of %s began at %s, run %s after it: %w", run.Date, run.Started.Format(time.RFC3339Nano), other.ID, ErrSuperseded)
		}
	}
	return nil
}

// publish swaps the staged day in and reads it back.
func (r *Runner) publish(ctx context.Context, run *ledger.Run, s *ledger.Staging, log *steps) error {
	err := log.timed(ctx, "swap", "the new rows are in place", func(map[string]string) error { return r.warehouse.Publish(ctx, s) })
	if err != nil {
		return fmt.Errorf("publish %s: %w", s.Day, err)
	}
	err = log.timed(ctx, "read back", "published is what was staged", func(tell map[string]string) error { return r.readBack(ctx, run, s, tell) })
	if err != nil {
		return fmt.Errorf("read back %s: %w", s.Day, err)
	}
	return nil
}

// readBack compares what is published with what was staged, and notes it.
func (r *Runner) readBack(ctx context.Context, run *ledger.Run, s *ledger.Staging, tell map[string]string) error {
	published, err := r.warehouse.ReadSwapped(ctx, s)
	if err != nil {
		return err
	}
	run.Views, run.SpentMS = s.From.Views, s.From.SpentMS
	run.Rows, run.Checksums = map[string]uint64{}, map[string]uint64{}
	for table, want := range s.Sums {
		if published[table] != want {
			return fmt.Errorf("%s holds %+v, staged were %+v", table, published[table], want)
		}
		run.Rows[table], run.Checksums[table] = want.Rows, want.Checksum
		tell[table] = checksum(want.Checksum)
	}
	return nil
}
