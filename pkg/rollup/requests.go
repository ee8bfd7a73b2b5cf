package rollup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// People ask for days by rows in a table. A request is noted as running, with the id of its run, before
// that run begins, so that whoever leads after a kill can look up in the ledger what became of it: it is
// computed neither twice nor never. What was asked for before a run of the schedule began is answered by
// that run.

// answerNow answers requests, oldest day first, until a look is due: a backfill over years must not keep
// new days waiting. The rest comes after the look.
func (s *Schedule) answerNow(ctx context.Context) {
	if !s.clean { // runs of a killed process may stand as running yet
		return
	}
	all := func(ledger.Request) bool { return true }
	s.answerSome(ctx, all, func(int) bool { return len(s.nudge) == 0 })
}

// answerBetween answers a request while days wait to be computed: one for each of them. Only days that
// are published already go before these, so that missing ones still come oldest first.
func (s *Schedule) answerBetween(ctx context.Context, waiting []ledger.Standing) {
	may := func(r ledger.Request) bool {
		known := s.known[r.Zone]
		if known == nil {
			return false
		}
		_, published := known.final[r.Date]
		return published && !slices.ContainsFunc(waiting, func(w ledger.Standing) bool { return w.Zone == r.Zone && w.Date == r.Date })
	}
	s.answerSome(ctx, may, func(answered int) bool { return answered < 1 })
}

// answerSome answers those of the requests that may be answered now, as long as more may be. It reads them
// anew before each, since others come and some are cancelled.
func (s *Schedule) answerSome(ctx context.Context, may func(ledger.Request) bool, more func(answered int) bool) {
	var events awaited
	left := map[asked]bool{}
	for ctx.Err() == nil && more(len(left)) {
		open, err := s.days.OpenRequests(ctx, ledger.Daily)
		s.heard(ctx, err)
		i := slices.IndexFunc(open, func(r ledger.Request) bool { return !left[askedBy(r)] && may(r) })
		if err != nil || i < 0 {
			return
		}
		left[askedBy(open[i])] = true // once in a round
		if err := s.answer(ctx, open[i], &events); err != nil {
			s.log.Error("answer request", "request", open[i].ID, "day", open[i].Date.String(), "tz", open[i].Zone, "err", err)
			return
		}
	}
}

// asked tells one request from the others.
type asked struct {
	id   uuid.UUID
	date ledger.Date
	zone string
}

func askedBy(r ledger.Request) asked { return asked{r.ID, r.Date, r.Zone} }

// heard logs once that the requests cannot be read.
func (s *Schedule) heard(ctx context.Context, err error) {
	if err != nil && !s.deaf && ctx.Err() == nil {
		s.log.Error("read requests", "err", err)
	}
	s.deaf = err != nil
}

// answer does what a request asks for, or says why not.
func (s *Schedule) answer(ctx context.Context, r ledger.Request, events *awaited) error {
	zone, ok := s.zoneOf(r.Zone)
	if !ok {
		return s.close(ctx, r, ledger.RequestRefused, fmt.Sprintf("no site is counted in the time zone %q", r.Zone))
	}
	day := ledger.Day{Date: r.Date, Zone: zone.Location}
	if day.Start().After(s.runner.now()) {
		return s.close(ctx, r, ledger.RequestRefused, fmt.Sprintf("%s has not begun", day))
	}
	all, err := s.runner.ledger.Runs(ctx, ledger.Daily, r.Date, r.Date, 0)
	if err != nil {
		return fmt.Errorf("read ledger of %s: %w", day, err)
	}
	runs := OfZone(all, zone.Location)
	if run, ok := answering(r, runs); ok {
		return s.closeBy(ctx, r, run)
	}
	found, err := s.days.DayHasEvents(ctx, day, SelectionOf(zone))
	if err != nil {
		return fmt.Errorf("look for events of %s: %w", day, err)
	}
	if !found {
		return s.close(ctx, r, ledger.RequestRefused, fmt.Sprintf("no page view and no custom event of %s is stored; what is published stays", day))
	}
	return s.compute(ctx, r, day, SelectionOf(zone), runs, events)
}

// answering finds the run that answers a request: the one that was begun for it, or a published one that
// began later. A run that is still going answers it too, once it has ended.
func answering(r ledger.Request, runs []ledger.Run) (ledger.Run, bool) {
	for _, run := range runs {
		own := r.Run != uuid.Nil && run.ID == r.Run
		switch {
		case own && run.Ended():
			continue
		case own, run.State.Published() && !run.Started.Before(r.Requested):
			return run, true
		}
	}
	return ledger.Run{}, false
}

// closeBy gives a request the answer of a run.
func (s *Schedule) closeBy(ctx context.Context, r ledger.Request, run ledger.Run) error {
	r.Run = run.ID
	switch {
	case run.State.Published():
		return s.close(ctx, r, ledger.RequestDone, "published as "+string(run.State))
	case run.Cancelled():
		return s.close(ctx, r, ledger.RequestCancelled, run.Error+"; what was published stays")
	case run.State == ledger.Failed:
		return s.close(ctx, r, ledger.RequestFailed, run.Error)
	}
	return nil // another process runs it still
}

// compute runs the day of a request.
func (s *Schedule) compute(ctx context.Context, r ledger.Request, day ledger.Day, sel ledger.Selection, runs []ledger.Run, events *awaited) error {
	_, failures := latest(runs)
	o := Order{
		ID: uuid.New(), Day: day, Selection: sel, Events: events.await(ctx, s.runner),
		Cause: ledger.ByPerson, By: r.By, Reason: "requested", Before: failures[day.Date].count,
	}
	r.Run = o.ID
	if err := s.close(ctx, r, ledger.RequestRunning, ""); err != nil {
		return err
	}
	stop, end := s.watch(ctx, r)
	o.Stop = stop
	run, err := s.runner.Compute(ctx, o)
	r = end()
	cancelled := r.State == ledger.RequestCancelled
	switch {
	case ctx.Err() != nil && cancelled:
		return err
	case ctx.Err() != nil: // another leader, or the next start, goes on with it
		r.Run = uuid.Nil
		return errors.Join(err, s.close(ctx, r, ledger.RequestOpen, ""))
	}
	known := s.known[r.Zone]
	if known == nil {
		known = newKnowledge("")
	}
	s.ended(known, day, run, err, o.Before)
	switch {
	case errors.Is(err, ErrSuperseded):
		return s.close(ctx, r, ledger.RequestDone, err.Error())
	case cancelled && run.State.Published():
		return s.close(ctx, r, ledger.RequestDone, "published as "+string(run.State)+"; it was too late to cancel")
	}
	return s.closeBy(ctx, r, run)
}

// close writes how a request stands, also while the process ends.
func (s *Schedule) close(ctx context.Context, r ledger.Request, state ledger.RequestState, answer string) error {
	r.Answer = answer
	r = r.To(state, s.runner.now())
	if err := s.days.RecordRequests(context.WithoutCancel(ctx), []ledger.Request{r}); err != nil {
		return fmt.Errorf("write that the request is %s: %w", state, err)
	}
	if state != ledger.RequestOpen && state != ledger.RequestRunning {
		s.runner.metrics.requests.WithLabelValues(string(state)).Inc()
		s.log.Info("request answered", "request", r.ID, "day", r.Date.String(), "tz", r.Zone, "by", r.By, "state", state, "answer", answer)
	}
	return nil
}

// zoneOf finds a zone that has sites.
func (s *Schedule) zoneOf(name string) (sites.Zone, bool) {
	zones := s.zones.Zones()
	i := slices.IndexFunc(zones, func(z sites.Zone) bool { return z.Location.String() == name })
	if i < 0 {
		return sites.Zone{}, false
	}
	return zones[i], true
}

// awaited is the last wait for the consumer, which serves all runs of a while.
type awaited struct {
	events Completeness
	until  time.Time
}

func (a *awaited) await(ctx context.Context, r *Runner) Completeness {
	if now := r.now(); !now.Before(a.until) {
		a.events, a.until = r.Await(ctx), now.Add(r.cfg.Every)
	}
	return a.events
}
