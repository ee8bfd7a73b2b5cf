// Package daemon is the life of a process: settings, logger, health, metrics, signals and an
// ordered stop.
//
// A Process starts its parts in the order in which they were added and stops them in reverse: the
// part that takes work in is added last, so that it stops first and what it took in still finds
// everything it needs. A part that ends by itself with an error stops the whole process, so that
// its supervisor sees it.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Part is something with a life inside a process. Start returns once the part works or has failed;
// Stop returns once what the part had accepted is safe, or ctx has ended.
type Part interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

// Process holds the parts of one process and what they share.
type Process struct {
	Log     *slog.Logger
	Metrics *prometheus.Registry
	Health  *Health

	stopTimeout time.Duration
	parts       []namedPart
	failed      chan error
}

type namedPart struct {
	name string
	part Part
}

// New makes a process without parts.
func New(cfg Config) *Process {
	p := &Process{
		Log:         NewLogger(os.Stderr, cfg.LogLevel),
		Metrics:     prometheus.NewRegistry(),
		Health:      NewHealth(),
		stopTimeout: cfg.StopTimeout,
		failed:      make(chan error, 1),
	}
	p.Metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return p
}

// Add appends a part; parts start in this order.
func (p *Process) Add(name string, part Part) {
	p.parts = append(p.parts, namedPart{name, part})
}

// Fail stops the process because a part cannot go on. Only the first error counts.
func (p *Process) Fail(err error) {
	select {
	case p.failed <- err:
	default:
	}
}

// Run starts all parts, waits for SIGINT, SIGTERM, the end of ctx or a failure, and stops them in
// reverse. It returns the failure, or nil after a stop that was asked for.
func (p *Process) Run(ctx context.Context) error {
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer cancel()
	started, err := p.start(ctx)
	switch {
	case err == nil:
		p.Health.setStarted(true)
		select {
		case <-ctx.Done():
		case err = <-p.failed:
		}
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		err = nil // asked to stop while it started
	}
	p.Health.setStarted(false)
	cancel() // a second signal ends the process at once
	return errors.Join(err, p.stop(started))
}

func (p *Process) start(ctx context.Context) (started int, err error) {
	for i, np := range p.parts {
		if err := np.part.Start(ctx); err != nil {
			return i, fmt.Errorf("start %s: %w", np.name, err)
		}
		p.Log.Debug("started", "part", np.name)
	}
	return len(p.parts), nil
}

func (p *Process) stop(started int) error {
	ctx, cancel := context.WithTimeout(context.Background(), p.stopTimeout)
	defer cancel()
	var errs []error
	for i := started - 1; i >= 0; i-- {
		if err := p.parts[i].part.Stop(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", p.parts[i].name, err))
		}
	}
	return errors.Join(errs...)
}
