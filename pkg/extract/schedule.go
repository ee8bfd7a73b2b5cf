package extract

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/nudge"
)

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
	leadership nudge.Leadership
	metrics    *metrics
	log        *slog.Logger
	Now        func() time.Time // the clock; tests set it before Start

	deaf bool // how the sources stand could not be read, which was logged
	loop *nudge.Loop
}

// New makes a Schedule of the sources that the settings name; without one it does nothing.
func New(cfg Config, t Table, l nudge.Leadership, log *slog.Logger, reg prometheus.Registerer) (*Schedule, error) {
	s := &Schedule{table: t, leadership: l, log: log, metrics: newMetrics(reg), Now: time.Now, loop: nudge.New()}
	sources, err := cfg.sources(func() time.Time { return s.Now() })
	s.sources = sources
	return s, err
}

// Start begins to look.
func (s *Schedule) Start(context.Context) error {
	if len(s.sources) == 0 {
		return nil
	}
	return s.loop.Start("extract", lookEvery, s.Look, nudge.While(s.leadership))
}

// Nudge asks for a look; it never waits.
func (s *Schedule) Nudge() { s.loop.Nudge() }

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
func (s *Schedule) Stop(context.Context) error { return s.loop.Stop() }
