package extract

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/prometheus/client_golang/prometheus"
)

// Leadership says whether this process is the one of several that reads the sources.
type Leadership interface {
	// Term ends when this process stops leading; it has ended already when it does not lead.
	Term() context.Context
}

var errNotLeader = errors.New("another process reads the sources")

// elector lets gocron skip its nudges in processes that do not lead.
type elector struct{ Leadership }

// IsLeader is gocron's question.
func (e elector) IsLeader(context.Context) error {
	if e.Term().Err() != nil {
		return errNotLeader
	}
	return nil
}

// lookEvery is how often is looked which sources are due.
const lookEvery = time.Minute

// planned is a source with its name, its time and its budget of calls per hour.
type planned struct {
	source
	name  string
	every time.Duration
	calls int
}

// Schedule is a part that reads the sources when they are due, one after the other.
type Schedule struct {
	table      Table
	sources    []planned
	leadership Leadership
	metrics    *metrics
	log        *slog.Logger
	Now        func() time.Time // the clock; tests set it before Start

	deaf   bool // how the sources stand could not be read, which was logged
	cron   gocron.Scheduler
	nudge  chan struct{}
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// New makes a Schedule of the sources that the settings name; without one it does nothing.
func New(cfg Config, t Table, l Leadership, log *slog.Logger, reg prometheus.Registerer) (*Schedule, error) {
	s := &Schedule{table: t, leadership: l, log: log, metrics: newMetrics(reg), Now: time.Now, nudge: make(chan struct{}, 1)}
	sources, err := cfg.sources(func() time.Time { return s.Now() })
	s.sources = sources
	return s, err
}

// Start begins to look.
func (s *Schedule) Start(context.Context) (err error) {
	if len(s.sources) == 0 {
		return nil
	}
	s.cron, err = gocron.NewScheduler(gocron.WithLocation(time.UTC), gocron.WithDistributedElector(elector{s.leadership}))
	if err != nil {
		return fmt.Errorf("make scheduler: %w", err)
	}
	_, err = s.cron.NewJob(gocron.DurationJob(lookEvery), gocron.NewTask(s.Nudge),
		gocron.WithName("extract"), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return fmt.Errorf("schedule extract job: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.done.Go(func() { s.loop(ctx) })
	s.cron.Start()
	return nil
}

// Nudge asks for a look; it never waits.
func (s *Schedule) Nudge() {
	select {
	case s.nudge <- struct{}{}:
	default: // one look is asked for already
	}
}

func (s *Schedule) loop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.nudge:
			s.Look(ctx)
		}
	}
}

// Look reads the sources that are due, as long as this process leads.
func (s *Schedule) Look(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	term := s.leadership.Term()
	defer context.AfterFunc(term, cancel)()
	if ctx.Err() != nil || term.Err() != nil {
		return
	}
	all, err := states(ctx, s.table)
	if err != nil {
		if !s.deaf && ctx.Err() == nil {
			s.log.Error("no source is read", "err", err)
		}
		s.deaf = true
		return
	}
	s.deaf = false
	for _, p := range s.sources {
		if st := all[p.name]; ctx.Err() == nil && st.due(p.every, s.Now()) {
			s.refresh(ctx, p, st)
		}
	}
}

// Stop ends what is being read and waits for it.
func (s *Schedule) Stop(context.Context) error {
	if s.cron == nil {
		return nil
	}
	err := s.cron.Shutdown()
	if s.cancel != nil {
		s.cancel()
	}
	s.done.Wait()
	return err
}
