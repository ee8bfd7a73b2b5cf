package alerts

import (
	"context"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// readLive reads what a rule on the last minutes looks at.
func (a *Alerts) readLive(ctx context.Context, r Rule) (reading, error) {
	if r.NoData != nil {
		quiet, err := a.quiet(ctx, r)
		return reading{value: &quiet}, err
	}
	live, err := a.figures.AskLive(reader(ctx, r.Site), r.Site)
	if err != nil {
		return reading{}, fmt.Errorf("ask for live figures: %w", err)
	}
	views := float64(live.Views)
	return reading{value: &views}, nil
}

// late is how much older than its arrival an event may be.
const late = 24 * time.Hour

// quiet is for how many seconds nothing has come; nothing at all counts as the rule's whole duration.
func (a *Alerts) quiet(ctx context.Context, r Rule) (float64, error) {
	now := a.Now()
	newest, err := a.store.received(ctx, r.Site, now.Add(-*r.NoData-late), now.Add(late))
	if err != nil {
		return 0, err
	}
	if newest.Year() <= 1970 {
		return (*r.NoData + late).Seconds(), nil
	}
	return max(0, now.Sub(newest).Seconds()), nil
}

// readDay reads what a rule on days looks at.
func (a *Alerts) readDay(ctx context.Context, r Rule, day ledger.Date) (in reading, err error) {
	if in.value, err = a.valueOf(ctx, r, day); err != nil || r.DeviatesPercent == nil {
		return in, err
	}
	for week := 1; week <= comparedWeeks; week++ {
		v, err := a.valueOf(ctx, r, day.Add(-7*week))
		if err != nil {
			return in, err
		}
		in.same = append(in.same, v)
	}
	return in, nil
}

// valueOf is a figure of a day; nil when it is unknown or not final.
func (a *Alerts) valueOf(ctx context.Context, r Rule, day ledger.Date) (*float64, error) {
	ctx = reader(ctx, r.Site)
	q := figures.Question{Site: r.Site, Range: day.String() + ".." + day.String(), Bots: r.Bots, Filters: r.Filters}
	if r.Figure == beaconShare {
		s, err := a.figures.AskSummary(ctx, q, "none")
		if err != nil || len(s.Asked.Unready) > 0 {
			return nil, err
		}
		return share(s.Totals), nil
	}
	t, err := a.figures.AskTimeline(ctx, q)
	if err != nil || len(t.Points) != 1 || t.Points[0].State != string(ledger.Final) {
		return nil, err
	}
	p := t.Points[0]
	n := map[string]*uint64{"accesses": p.Accesses, "sessions": p.Sessions, "addresses": p.Addresses, "spent_ms": p.SpentMS}[r.Figure]
	if n == nil {
		return nil, nil
	}
	v := float64(*n)
	return &v, nil
}

// share is the part of the views that the beacon saw; without views there is none.
func share(totals figures.Row) *float64 {
	n := func(column string) float64 { v, _ := totals[column].(uint64); return float64(v) }
	seen := n("views_both") + n("views_beacon_only")
	all := seen + n("views_log_only")
	if all == 0 {
		return nil
	}
	v := seen / all
	return &v
}
