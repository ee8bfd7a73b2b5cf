package alerts

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Look looks at all rules, and tells what is news.
func (a *Alerts) Look(ctx context.Context) {
	known, err := a.store.overviews(ctx)
	if a.fault(ctx, "", err) {
		return // somebody may have silenced a rule
	}
	holding := 0
	for _, r := range a.rules {
		silenced := known[[2]string{r.Name, r.Site}].until.After(a.Now())
		all, err := a.judge(ctx, r, silenced)
		if len(all) > 0 && all[0].verdict == Holds {
			holding++
		}
		if err == nil && !silenced {
			err = a.tell(ctx, r, all)
		}
		a.fault(ctx, r.Name, err)
	}
	a.metrics.holding.Set(float64(holding))
}

// fault counts what went wrong with a rule, and logs it when it is new.
func (a *Alerts) fault(ctx context.Context, rule string, err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		delete(a.faults, rule)
		return false
	}
	if ctx.Err() != nil {
		return true
	}
	a.metrics.errors.Inc()
	if a.faults[rule] != err.Error() {
		a.faults[rule] = err.Error()
		a.log.Error("alert", "rule", rule, "err", err)
	}
	return true
}

// judge brings the judgements of a rule up to date; newest first.
func (a *Alerts) judge(ctx context.Context, r Rule, silenced bool) ([]judgement, error) {
	all, err := a.store.judged(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.live() {
		return a.judgeLive(ctx, r, all)
	}
	return a.judgeDays(ctx, r, all, silenced)
}

// judgeLive notes a change; a rule that never held has none.
func (a *Alerts) judgeLive(ctx context.Context, r Rule, all []judgement) ([]judgement, error) {
	in, err := a.readLive(ctx, r)
	if err != nil {
		return all, err
	}
	now, _ := r.judge(in)
	a.mu.Lock()
	a.looks[r.Name] = look{now, in.value, a.Now()}
	a.mu.Unlock()
	last := judgement{verdict: Clear}
	if len(all) > 0 {
		last = all[0]
	}
	if now == Unknown || now == last.verdict {
		return all, nil
	}
	j := judgement{day: noDay, change: last.change + 1, verdict: now, value: in.value, at: a.Now()}
	if err := a.store.record(ctx, r, j); err != nil {
		return all, err
	}
	return append([]judgement{j}, all...), nil
}

// pastDays is how many days back rules look, and how long people are told of a day.
const pastDays = 7

// judgeDays judges the days that have become final since the last look.
func (a *Alerts) judgeDays(ctx context.Context, r Rule, all []judgement, silenced bool) ([]judgement, error) {
	days, err := a.finalDays(ctx, r)
	if err != nil {
		return all, err
	}
	for _, day := range unjudged(days, all) {
		in, err := a.readDay(ctx, r, day)
		if err != nil {
			return all, fmt.Errorf("look at %s: %w", day, err)
		}
		j := judgement{day: day.String(), value: in.value, silenced: silenced, at: a.Now()}
		j.verdict, j.usual = r.judge(in)
		if err := a.store.record(ctx, r, j); err != nil {
			return all, err
		}
		all = append([]judgement{j}, all...)
	}
	return all, nil
}

// finalDays are those of the last days, oldest first.
func (a *Alerts) finalDays(ctx context.Context, r Rule) (days []ledger.Date, err error) {
	site, ok := a.sites.Lookup(r.Site)
	if !ok {
		return nil, fmt.Errorf("site %q has left the sites file", r.Site)
	}
	today := ledger.DateOf(a.Now().In(site.Zone))
	q := figures.Question{Site: r.Site, Range: today.Add(-pastDays).String() + ".." + today.Add(-1).String(), Bots: r.Bots}
	states, err := a.figures.AskStates(reader(ctx, r.Site), q)
	if err != nil {
		return nil, fmt.Errorf("ask which days are final: %w", err)
	}
	for n := -pastDays; n < 0; n++ {
		if day := today.Add(n); states[day.String()] == string(ledger.Final) {
			days = append(days, day)
		}
	}
	return days, nil
}

// unjudged are the final days to judge: after the first day that ever was, or the newest one only.
func unjudged(final []ledger.Date, all []judgement) (days []ledger.Date) {
	if len(all) == 0 {
		return final[max(0, len(final)-1):]
	}
	done := map[string]bool{}
	for _, j := range all {
		done[j.day] = true
	}
	first := slices.Min(slices.Collect(maps.Keys(done)))
	for _, d := range final {
		if !done[d.String()] && d.String() > first {
			days = append(days, d)
		}
	}
	return days
}

// tell sends what is news to those who have not been told.
func (a *Alerts) tell(ctx context.Context, r Rule, all []judgement) error {
	var errs []error
	for n, j := range a.news(r, all) {
		for _, d := range a.doors[r.Name] {
			if r.live() && j.verdict == Clear {
				told, _, err := a.store.journal().Standing(ctx, item(r, all[n+1], d))
				if err != nil || !told {
					errs = append(errs, err)
					continue
				}
			}
			errs = append(errs, a.deliver(ctx, r, j, d))
		}
	}
	return errors.Join(errs...)
}

// news are the judgements that people are told of: the latest change, or the days of the last week on
// which the rule held.
func (a *Alerts) news(r Rule, all []judgement) (news []judgement) {
	if r.live() {
		if len(all) > 0 && (all[0].verdict == Holds || len(all) > 1) {
			return all[:1]
		}
		return nil
	}
	oldest := ledger.DateOf(a.Now().UTC()).Add(-pastDays - 1).String()
	for _, j := range all {
		if j.verdict == Holds && !j.silenced && j.day >= oldest {
			news = append(news, j)
		}
	}
	return news
}

// deliver makes one attempt, unless another process is at it or it was made.
func (a *Alerts) deliver(ctx context.Context, r Rule, j judgement, d door) error {
	journal, i := a.store.journal(), item(r, j, d)
	id, ok, err := journal.Claim(ctx, i)
	if err != nil || !ok {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), delivery.Timeout)
	defer cancel()
	if err := d.send(ctx, a.message(r, j)); err != nil {
		a.metrics.messages.WithLabelValues(d.channel, delivery.Failed).Inc()
		err = fmt.Errorf("send alert by %s: %w", d.channel, err)
		return errors.Join(err, journal.Record(context.WithoutCancel(ctx), i, id, delivery.Failed, err.Error()))
	}
	a.metrics.messages.WithLabelValues(d.channel, delivery.Sent).Inc()
	a.log.Info("alert sent", "rule", r.Name, "site", r.Site, "verdict", string(j.verdict), "channel", d.channel)
	return journal.RecordSent(context.WithoutCancel(ctx), i, id)
}
