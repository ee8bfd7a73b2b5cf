package weekly

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// every is how often what was sent is compared with what should have been.
const every = time.Minute

// Start begins with a look at once; without sites there is nothing to do.
func (w *Weekly) Start(context.Context) error {
	if len(w.cfg.Sites) == 0 {
		return nil
	}
	return w.loop.Start("weekly", every, w.Look)
}

// Stop waits for a report that is being sent: broken off, it could arrive and be sent again.
func (w *Weekly) Stop(context.Context) error { return w.loop.Stop() }

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
		done, due, err := w.journal.Standing(ctx, i.key())
		if err != nil {
			return nil, 0, err
		}
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
	id, ok, err := w.journal.Claim(ctx, i.key())
	if err != nil || !ok {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), delivery.Timeout)
	defer cancel()
	if err := i.door.send(ctx, e); err != nil {
		w.metrics.reports.WithLabelValues(i.door.channel, delivery.Failed).Inc()
		err = fmt.Errorf("send %s by %s: %w", i.week, i.door.channel, err)
		return false, errors.Join(err, w.journal.Record(context.WithoutCancel(ctx), i.key(), id, delivery.Failed, err.Error()))
	}
	w.metrics.reports.WithLabelValues(i.door.channel, delivery.Sent).Inc()
	w.metrics.last.SetToCurrentTime()
	w.log.Info("weekly report sent", "site", i.site, "week", i.week.String(), "channel", i.door.channel, "final", e.Final)
	return true, w.journal.RecordSent(context.WithoutCancel(ctx), i.key(), id)
}
