package weekly

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"

	"github.com/footfall-analytics/footfall/pkg/sites"
)

// every is how often what was sent is compared with what should have been.
const every = time.Minute

// loop is what runs in the background.
type loop struct {
	cron   gocron.Scheduler
	nudge  chan struct{}
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// Start begins with a look at once; without sites there is nothing to do.
func (w *Weekly) Start(context.Context) (err error) {
	if len(w.cfg.Sites) == 0 {
		return nil
	}
	if w.cron, err = gocron.NewScheduler(gocron.WithLocation(time.UTC)); err != nil {
		return fmt.Errorf("make scheduler: %w", err)
	}
	_, err = w.cron.NewJob(gocron.DurationJob(every), gocron.NewTask(w.Nudge), gocron.WithName("weekly"), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return fmt.Errorf("schedule weekly report: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-w.nudge:
				w.Look(ctx)
			}
		}
	})
	w.cron.Start()
	return nil
}

// Nudge asks for a look; it never waits.
func (w *Weekly) Nudge() {
	select {
	case w.nudge <- struct{}{}:
	default: // one look is asked for already
	}
}

// Stop waits for a report that is being sent: broken off, it could arrive and be sent again.
func (w *Weekly) Stop(context.Context) error {
	if w.cron == nil {
		return nil
	}
	err := w.cron.Shutdown()
	w.cancel()
	w.done.Wait()
	return err
}

// Look compares what was sent with what should have been, and sends what is due.
func (w *Weekly) Look(ctx context.Context) {
	waiting := 0
	for _, key := range w.cfg.Sites {
		site, ok := w.sites.Lookup(key)
		if !ok { // it has left the sites file since the start
			continue
		}
		n, err := w.lookAt(ctx, site)
		waiting += n
		if err != nil && ctx.Err() == nil {
			w.metrics.errors.Inc()
			w.log.Error("weekly report", "site", key, "err", err)
		}
	}
	w.metrics.waiting.Set(float64(waiting))
}

// lookAt sends a site's report to those who have not got it, and returns how many are left.
func (w *Weekly) lookAt(ctx context.Context, site sites.Site) (waiting int, err error) {
	at, err := parseMoment(w.cfg.At)
	if err != nil {
		return 0, err
	}
	week, due := at.latestDue(w.Now(), site.Zone)
	open, waiting, err := w.open(ctx, site.Key, week)
	if err != nil || len(open) == 0 {
		return waiting, err
	}
	asker := reader(ctx, site.Key)
	if w.Now().Before(due.Add(w.cfg.Patience)) {
		if final, err := w.final(asker, site, week); err != nil || !final {
			return waiting, err
		}
	}
	e, err := w.edition(asker, site, week)
	if err != nil {
		return waiting, err
	}
	var errs []error
	for _, i := range open {
		done, err := w.deliver(ctx, i, e)
		if done {
			waiting--
		}
		errs = append(errs, err)
	}
	return waiting, errors.Join(errs...)
}

// open lists for whom it is time to try, and counts who has not got the report yet.
func (w *Weekly) open(ctx context.Context, site string, week Week) (open []item, waiting int, err error) {
	for _, d := range w.doors {
		if !d.takes(site) {
			continue
		}
		i := item{site, week, d}
		all, err := w.journal.attempts(ctx, i)
		if err != nil {
			return nil, 0, err
		}
		done, due := standing(all, "")
		if !done {
			waiting++
		}
		if due {
			open = append(open, i)
		}
	}
	return open, waiting, nil
}

// deliver makes one attempt, unless another process is at it.
func (w *Weekly) deliver(ctx context.Context, i item, e *edition) (done bool, err error) {
	id, ok, err := w.journal.claim(ctx, i)
	if err != nil || !ok {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	if err := i.door.send(ctx, e); err != nil {
		w.metrics.reports.WithLabelValues(i.door.channel, failed).Inc()
		err = fmt.Errorf("send %s by %s: %w", i.week, i.door.channel, err)
		return false, errors.Join(err, w.journal.record(context.WithoutCancel(ctx), i, id, failed, err.Error()))
	}
	w.metrics.reports.WithLabelValues(i.door.channel, sent).Inc()
	w.metrics.last.SetToCurrentTime()
	w.log.Info("weekly report sent", "site", i.site, "week", i.week.String(), "channel", i.door.channel, "final", e.Final)
	return true, w.recordSent(context.WithoutCancel(ctx), i, id)
}

// recordSent writes that the report was sent; it tries for as long as the lease keeps others out.
func (w *Weekly) recordSent(ctx context.Context, i item, id string) (err error) {
	for n := range 5 {
		if err = w.journal.record(ctx, i, id, sent, ""); err == nil {
			return nil
		}
		if wait(ctx, time.Second<<n) != nil {
			break
		}
	}
	return err
}
