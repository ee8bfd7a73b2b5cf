package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// JobWish is what a person asks for.
type JobWish struct {
	From string `json:"from" doc:"First day." example:"2026-01-01"`
	To   string `json:"to,omitempty" doc:"Last day; the first one when left out." example:"2026-01-31"`
	Zone string `json:"tz,omitempty" doc:"Only this time zone; every one that has sites when left out." example:"Europe/Vienna"`
	Redo string `json:"redo,omitempty" enum:"none,failed,all" default:"all" doc:"Which days to compute beside the missing and stale ones. Of a range, days without events are left out."`
	Dry  bool   `json:"dry_run,omitempty" doc:"Only list the days, and why."`
}

type wishQuestion struct{ Body JobWish }

// JobAsked is what was asked for.
type JobAsked struct {
	ID      *uuid.UUID  `json:"id" nullable:"true" doc:"Under which the days can be followed and cancelled; null: nothing was asked for."`
	Dry     bool        `json:"dry_run"`
	Days    []JobWanted `json:"days" nullable:"false" doc:"Oldest first."`
	Skipped JobSkipped  `json:"skipped" doc:"How many days of the range are left out, by reason."`
}

// JobWanted is a day that is to be computed.
type JobWanted struct {
	Day    string `json:"day" format:"date"`
	Zone   string `json:"tz"`
	Reason string `json:"reason" enum:"missing,failed,stale,redo"`
}

// JobSkipped counts days that are not asked for.
type JobSkipped struct {
	Future    int `json:"future" doc:"Have not begun."`
	Empty     int `json:"empty" doc:"Have no events."`
	Requested int `json:"requested" doc:"Are asked for already."`
	Failed    int `json:"failed" doc:"Failed; redo says that they are not wanted."`
	Published int `json:"published" doc:"Are in step with their events; redo says that they are not wanted."`
}

type askedAnswer struct{ Body JobAsked }

func (j *Jobs) ask(ctx context.Context, q *wishQuestion) (*askedAnswer, error) {
	if !everything(ctx) {
		return nil, huma.Error403Forbidden("a run covers all sites of a zone; only whoever may see every site may ask for one")
	}
	wish := q.Body
	if wish.To == "" {
		wish.To = wish.From
	}
	from, to, err := span("body.", wish.From, wish.To)
	if err != nil {
		return nil, err
	}
	out := &askedAnswer{JobAsked{Dry: wish.Dry, Days: []JobWanted{}}}
	requests, err := j.plan(ctx, wish, from, to, &out.Body)
	if err != nil {
		return nil, err
	}
	if from == to && out.Body.Skipped.Future > 0 && len(requests) == 0 {
		return nil, invalid("body.from", wish.From, fmt.Errorf("%s has not begun", from))
	}
	if wish.Dry || len(requests) == 0 {
		return out, nil
	}
	if err := j.store.RecordRequests(ctx, requests); err != nil {
		return nil, err
	}
	out.Body.ID = &requests[0].ID
	return out, nil
}

// plan lists the days that a wish comes to.
func (j *Jobs) plan(ctx context.Context, wish JobWish, from, to ledger.Date, out *JobAsked) ([]ledger.Request, error) {
	zones, err := j.zonesOf("body.tz", wish.Zone)
	if err != nil {
		return nil, err
	}
	cells, err := j.grid(ctx, from, to)
	if err != nil {
		return nil, err
	}
	known := gridOf{}
	for _, c := range cells {
		known[c.place] = c
	}
	now := j.now().UTC().Truncate(time.Millisecond)
	id := uuid.New()
	var requests []ledger.Request
	for d := from; !to.Before(d); d = d.Add(1) {
		for _, z := range zones {
			day := ledger.Day{Date: d, Zone: z.Location}
			reason, skipped := wanted(known[place{d, z.Location.String()}], wish.Redo, from == to, &out.Skipped)
			if day.Start().After(now) {
				skipped, reason = &out.Skipped.Future, ""
			}
			if reason == "" {
				*skipped++
				continue
			}
			out.Days = append(out.Days, JobWanted{d.String(), z.Location.String(), reason})
			requests = append(requests, ledger.Request{
				ID: id, Job: ledger.Daily, Date: d, Zone: z.Location.String(), State: ledger.RequestOpen,
				Requested: now, Updated: now, By: access.From(ctx).Name, Reason: reason,
			})
		}
	}
	return requests, nil
}

// wanted tells why a day is to be computed or, with no reason, what it counts as. One day alone is asked
// for although nothing is known of it: the rollup knows more, and answers.
func wanted(c *cell, redo string, alone bool, s *JobSkipped) (reason string, skipped *int) {
	if c == nil {
		if alone {
			return ledger.Missing, nil
		}
		return "", &s.Empty
	}
	switch c.state() {
	case Requested:
		return "", &s.Requested
	case Missing:
		return ledger.Missing, nil
	case Stale:
		return ledger.Stale, nil
	case Failed:
		if redo == "none" {
			return "", &s.Failed
		}
		return ledger.FailedLast, nil
	}
	if redo != "all" {
		return "", &s.Published
	}
	return "redo", nil
}
