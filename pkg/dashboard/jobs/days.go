package jobs

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// JobDay is how a day stands.
type JobDay struct {
	Job      string     `json:"job"`
	Day      string     `json:"day" format:"date"`
	Zone     string     `json:"tz" doc:"Time zone whose midnights bound the day."`
	State    State      `json:"state" enum:"missing,requested,running,provisional,final,stale,failed" doc:"missing: there are events and no figures. stale: events have come since the figures were computed, or the rows are not those of the run. requested: somebody has asked for it."`
	Reason   string     `json:"reason" doc:"Why the rollup wants to compute it: missing, failed, stale, unfinished, differs; empty: it does not."`
	Detail   string     `json:"detail" doc:"What differs."`
	Due      bool       `json:"due" doc:"Whether its turn has come; if there is a reason and it has not, a pause is on."`
	Run      *uuid.UUID `json:"run" nullable:"true" doc:"The newest run; null before the first."`
	Attempts uint64     `json:"attempts" doc:"How many runs the day has had."`
	Cause    string     `json:"cause" doc:"What began the newest run: schedule, person or command."`
	AskedBy  string     `json:"asked_by" doc:"Who has asked for the newest run or, in the state requested, for the next one."`
	Started  *time.Time `json:"started" nullable:"true" doc:"When the newest run began."`
	Finished *time.Time `json:"finished" nullable:"true" doc:"When it ended; null while it runs."`
	Duration *int64     `json:"duration_ms" nullable:"true" doc:"How long it took, or runs so far."`
	Error    string     `json:"error" doc:"Why it failed."`
	Views    *uint64    `json:"views" nullable:"true" doc:"Page views published, of all sites; null without a published run, and for those who may not see every site."`
	SpentMS  *uint64    `json:"spent_ms" nullable:"true" doc:"Known time published, of all sites; null as views."`
}

type daysQuestion struct {
	From string `query:"from" doc:"First day; 30 days ago by default." example:"2026-01-01"`
	To   string `query:"to" doc:"Last day; today by default." example:"2026-01-31"`
	Zone string `query:"tz" doc:"Only this time zone." example:"Europe/Vienna"`
}

type daysAnswer struct {
	Body struct {
		From  string    `json:"from" format:"date"`
		To    string    `json:"to" format:"date"`
		Jobs  []string  `json:"jobs" nullable:"false"`
		Zones []JobZone `json:"zones" nullable:"false" doc:"How fresh the figures of each zone are."`
		Days  []JobDay  `json:"days" nullable:"false" doc:"The days that have events, runs or requests, oldest first. The others are empty."`
	}
}

func (j *Jobs) listDays(ctx context.Context, q *daysQuestion) (*daysAnswer, error) {
	from, to := q.From, q.To
	if to == "" {
		to = ledger.DateOf(j.now().UTC().Add(14 * time.Hour)).String() // where today begins first
	}
	if from == "" {
		last, err := date("query.to", to)
		if err != nil {
			return nil, err
		}
		from = last.Add(-30).String()
	}
	first, last, err := span("query.", from, to)
	if err != nil {
		return nil, err
	}
	if err := zone("query.tz", q.Zone); err != nil {
		return nil, err
	}
	grid, err := j.grid(ctx, first, last)
	if err != nil {
		return nil, err
	}
	out := &daysAnswer{}
	out.Body.From, out.Body.To, out.Body.Jobs = first.String(), last.String(), []string{ledger.Daily}
	if out.Body.Zones, err = j.freshness(ctx, q.Zone); err != nil {
		return nil, err
	}
	out.Body.Days = []JobDay{}
	for _, c := range grid {
		if q.Zone == "" || c.zone == q.Zone {
			out.Body.Days = append(out.Body.Days, c.day(ctx, j.now()))
		}
	}
	return out, nil
}

// grid puts together what is known of the days of a range, oldest first.
func (j *Jobs) grid(ctx context.Context, from, to ledger.Date) ([]*cell, error) {
	// What was found out is read before the runs, so that a run in between changes it and not the other way round.
	standings, err := j.store.Standings(ctx, ledger.Daily, from, to)
	if err != nil {
		return nil, err
	}
	requests, err := j.store.OpenRequests(ctx, ledger.Daily)
	if err != nil {
		return nil, err
	}
	attempts, err := j.store.Attempts(ctx, ledger.Daily, from, to)
	if err != nil {
		return nil, err
	}
	g := gridOf{}
	for _, s := range standings {
		if s.Reason != "" || s.Touch.Views > 0 {
			g.at(s.Date, s.Zone).standing = &s
		}
	}
	for _, a := range attempts {
		g.at(a.Date, a.Zone).attempts = a
	}
	for _, r := range requests {
		if !r.Date.Before(from) && !to.Before(r.Date) {
			g.at(r.Date, r.Zone).request = &r
		}
	}
	return g.sorted(), nil
}

// gridOf holds cells by day and zone.
type gridOf map[place]*cell

type place struct {
	date ledger.Date
	zone string
}

func (g gridOf) at(date ledger.Date, zone string) *cell {
	p := place{date, zone}
	if g[p] == nil {
		g[p] = &cell{place: p}
	}
	return g[p]
}

func (g gridOf) sorted() []*cell {
	var cells []*cell
	for _, c := range g {
		if c.state() != "" {
			cells = append(cells, c)
		}
	}
	slices.SortFunc(cells, func(a, b *cell) int {
		if n := a.date.UTC().Compare(b.date.UTC()); n != 0 {
			return n
		}
		return strings.Compare(a.zone, b.zone)
	})
	return cells
}
