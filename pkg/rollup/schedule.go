package rollup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/nudge"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Days tells what stored events mean for the days.
type Days interface {
	// TouchedDays tells which days the events stored since an instant (zero: ever) can change.
	TouchedDays(ctx context.Context, zone *time.Location, sel ledger.Selection, since time.Time) (map[ledger.Date]ledger.Touch, error)
	// PublishedRows counts what is published of each day of a zone, by table.
	PublishedRows(ctx context.Context, zone *time.Location) (map[ledger.Date]map[string]uint64, error)
	// ForeignDays lists the published days of a zone that hold sites other than the selected ones.
	ForeignDays(ctx context.Context, zone *time.Location, sel ledger.Selection) ([]ledger.Date, error)
	// PublishedZones names the zones that published days stand in.
	PublishedZones(ctx context.Context) ([]string, error)
	// DropLeftovers removes what runs that never ended have left behind.
	DropLeftovers(ctx context.Context) ([]string, error)
	Console
}

// Console is what the schedule and the people who look after it share.
type Console interface {
	// OpenRequests lists the days that people ask for and that are not answered yet, oldest first.
	OpenRequests(ctx context.Context, job string) ([]ledger.Request, error)
	RecordRequests(ctx context.Context, requests []ledger.Request) error
	// Requests reads the days that were asked for at once, in any state.
	Requests(ctx context.Context, job string, id uuid.UUID) ([]ledger.Request, error)
	// DayHasEvents tells whether a page view or a custom event of the day is stored.
	DayHasEvents(ctx context.Context, day ledger.Day, sel ledger.Selection) (bool, error)
	// RecordStandings and RecordLook keep what a look has found out.
	RecordStandings(ctx context.Context, standings []ledger.Standing) error
	RecordLook(ctx context.Context, look ledger.Look) error
}

// Zones lists the time zones and their sites.
type Zones interface{ Zones() []sites.Zone }

// Schedule is a part that keeps the daily tables in step with the events: at start, and whenever
// gocron nudges it, it computes the days that are due, oldest first.
type Schedule struct {
	runner *Runner
	days   Days
	zones  Zones
	log    *slog.Logger

	leadership nudge.Leadership
	notifier   *notifier
	term       context.Context       // of the last look
	clean      bool                  // leftovers have been dropped, and their runs closed, in this term
	known      map[string]*knowledge // by zone, in this term
	deaf       bool                  // the requests could not be read, which was logged

	cron   gocron.Scheduler
	nudge  chan struct{}
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// NewSchedule makes a Schedule that runs days with runner while it leads.
func NewSchedule(runner *Runner, days Days, zones Zones, l nudge.Leadership, log *slog.Logger) *Schedule {
	return &Schedule{
		runner: runner, days: days, zones: zones, log: log, leadership: l,
		notifier: newNotifier(runner.cfg, runner.metrics, log), known: map[string]*knowledge{}, nudge: make(chan struct{}, 1),
	}
}

// Start begins with a look at once.
func (s *Schedule) Start(context.Context) (err error) {
	if err := s.notifier.start(); err != nil {
		return err
	}
	s.cron, err = gocron.NewScheduler(gocron.WithLocation(time.UTC), nudge.While(s.leadership))
	if err != nil {
		return fmt.Errorf("make scheduler: %w", err)
	}
	_, err = s.cron.NewJob(gocron.DurationJob(s.runner.cfg.Every), gocron.NewTask(s.Nudge),
		gocron.WithName(ledger.Daily), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return fmt.Errorf("schedule %s job: %w", ledger.Daily, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.done.Go(func() { s.loop(ctx) })
	s.cron.Start()
	return nil
}

// Nudge asks for a look at the ledger; it never waits.
func (s *Schedule) Nudge() {
	select {
	case s.nudge <- struct{}{}:
	default: // one look is asked for already
	}
}

func (s *Schedule) loop(ctx context.Context) {
	var asked <-chan time.Time // never, by default
	if every := s.runner.cfg.RequestsEvery; every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		asked = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.nudge:
			s.lead(ctx, s.compare)
		case <-asked:
			s.lead(ctx, s.answerNow)
		}
	}
}

// lead does something as long as this process leads.
func (s *Schedule) lead(ctx context.Context, do func(context.Context)) {
	term := s.leadership.Term()
	if term != s.term { // others may have published in between
		s.term, s.clean, s.known = term, false, map[string]*knowledge{}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(term, cancel)()
	if ctx.Err() != nil || term.Err() != nil {
		s.runner.metrics.leader.Set(0)
		return
	}
	s.runner.metrics.leader.Set(1)
	do(ctx)
}

// compare looks once.
func (s *Schedule) compare(ctx context.Context) {
	err := s.look(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		s.log.Error("compare ledger with days", "err", err)
	}
	s.watchDeadlines()
	if err == nil {
		s.notifier.heartbeat(s.runner.now())
	}
}

// look compares the ledger with the days once, and computes what is due.
func (s *Schedule) look(ctx context.Context) error {
	if err := s.dropLeftovers(ctx); err != nil {
		return err
	}
	zones, err := s.allZones(ctx)
	if err != nil {
		return err
	}
	total := 0
	for _, zone := range zones {
		n, err := s.reconcile(ctx, zone)
		if err != nil {
			return fmt.Errorf("zone %s: %w", zone.Location, err)
		}
		total += n
	}
	s.runner.metrics.due.Set(float64(total))
	return nil
}

func (s *Schedule) dropLeftovers(ctx context.Context) error {
	if s.clean {
		return nil
	}
	dropped, err := s.days.DropLeftovers(ctx)
	if err != nil {
		return fmt.Errorf("drop leftovers: %w", err)
	}
	if len(dropped) > 0 {
		s.log.Warn("dropped staging tables of runs that never ended", "tables", dropped)
	}
	if err := s.closeAbandoned(ctx); err != nil {
		return err
	}
	s.clean = true
	return nil
}

// reconcile computes the due days of a zone and returns how many there were.
func (s *Schedule) reconcile(ctx context.Context, zone sites.Zone) (int, error) {
	sel := SelectionOf(zone)
	events := s.runner.Await(ctx)
	if events.Missing != nil && ctx.Err() == nil {
		s.log.Warn("days stay provisional", "err", events.Missing)
	}
	known, err := s.observe(ctx, zone.Location, sel)
	if err != nil {
		return 0, err
	}
	now := s.runner.now()
	all, err := s.runner.ledger.Runs(ctx, ledger.Daily, firstDate, lastDate, 0)
	if err != nil {
		return 0, err
	}
	runs := OfZone(all, zone.Location)
	known.finals(runs)
	if err := s.inspect(ctx, known, zone.Location, runs); err != nil {
		return 0, err
	}
	found := standings(s.runner.cfg, state{zone.Location, now, events.Missing == nil, known.touched, known.broken, runs})
	days := known.inOrder(due(found))
	s.tellStandings(ctx, known, found)
	s.tellLook(ctx, known, zone.Location, events, len(days))
	_, failures := latest(runs)
	left := len(days)
	for i, d := range days {
		if i > 0 && known.older[d.Date] && len(s.nudge) > 0 {
			break // years of older definitions keep no new day waiting: the rest is due at the next look
		}
		s.tellLookAgain(ctx, known, zone.Location, events, len(days)-i)
		s.answerBetween(ctx, days[i:])
		o := Order{
			Day: ledger.Day{Date: d.Date, Zone: zone.Location}, Selection: sel, Events: events,
			Cause: ledger.BySchedule, Reason: d.Reason, Before: failures[d.Date].count,
		}
		run, err := s.runner.Compute(ctx, o)
		if ctx.Err() != nil {
			return len(days), ctx.Err()
		}
		s.ended(known, o.Day, run, err, o.Before)
		left--
	}
	if len(days) > 0 {
		s.tellLook(ctx, known, zone.Location, events, left)
	}
	return len(days), nil
}

// ended notes how a run ended that, by the ledger, so many failed ones went before.
func (s *Schedule) ended(known *knowledge, day ledger.Day, run ledger.Run, err error, before int) {
	s.report(run, err)
	delete(known.told, day.Date)
	switch {
	case errors.Is(err, ErrSuperseded), run.Cancelled(): // the next look reads how that run, or the one before, stands
	case err == nil:
		delete(known.broken, day.Date)
		delete(known.older, day.Date)
		delete(known.failed, day.Date)
		known.final[day.Date] = run.State == ledger.Final
	default:
		s.failed(known, day, run, err, before)
	}
}

// failed notes a failed run. It counts by itself too, for a ledger that cannot be written.
func (s *Schedule) failed(known *knowledge, day ledger.Day, run ledger.Run, err error, before int) {
	if _, ok := known.broken[day.Date]; !ok {
		known.broken[day.Date] = "a run failed, perhaps after the swap"
	}
	known.failed[day.Date]++
	if errors.Is(err, errBlocked) {
		s.notifier.raise(day, alertBlocked, fmt.Sprintf("a check keeps the figures of %s from being published: %v", day, err), run.Updated)
	}
	if n := max(before+1, known.failed[day.Date]); n >= failingAfter {
		s.notifier.raise(day, alertFailing, fmt.Sprintf("the run of %s has failed %d times: %v", day, n, err), run.Updated)
	}
}

func (s *Schedule) report(run ledger.Run, err error) {
	attrs := []any{"day", run.Date.String(), "tz", run.Zone, "state", run.State, "run", run.ID, "views", run.Views,
		"seconds", run.Updated.Sub(run.Started).Seconds()}
	switch {
	case errors.Is(err, ErrSuperseded):
		s.log.Info("run superseded", append(attrs, "err", err)...)
		return
	case run.Cancelled():
		s.log.Info("run stopped", append(attrs, "err", err)...)
		return
	case err != nil:
		s.log.Error("run failed", append(attrs, "err", err)...)
		return
	}
	s.log.Info("day published", attrs...)
}

// OfZone picks the runs of a time zone.
func OfZone(runs []ledger.Run, zone *time.Location) []ledger.Run {
	var own []ledger.Run
	for _, r := range runs {
		if r.Zone == zone.String() {
			own = append(own, r)
		}
	}
	return own
}

// Stop lets gocron end, cancels the run in progress and waits for its ledger row.
func (s *Schedule) Stop(context.Context) error {
	err := s.cron.Shutdown()
	s.cancel()
	s.done.Wait()
	s.notifier.stop()
	return err
}
