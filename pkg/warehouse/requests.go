package warehouse

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// RecordRequests writes how requests stand.
func (w *Warehouse) RecordRequests(ctx context.Context, requests []ledger.Request) error {
	return w.insert(ctx, "rollups/insert_job_request", func(b driver.Batch) error {
		for _, r := range requests {
			err := b.Append(r.Job, r.Date.UTC(), r.Zone, r.ID, string(r.State), r.Requested, r.Updated, r.By, r.Reason, r.Run, r.Answer)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// OpenRequests reads the requests that are not answered yet, oldest day first.
func (w *Warehouse) OpenRequests(ctx context.Context, job string) ([]ledger.Request, error) {
	return w.requests(ctx, params{"job": job, "unanswered": "true", "request_id": uuid.Nil.String()})
}

// Requests reads the days that were asked for at once, in any state, oldest day first.
func (w *Warehouse) Requests(ctx context.Context, job string, id uuid.UUID) ([]ledger.Request, error) {
	return w.requests(ctx, params{"job": job, "unanswered": "false", "request_id": id.String()})
}

func (w *Warehouse) requests(ctx context.Context, p params) (found []ledger.Request, err error) {
	err = w.query(ctx, "rollups/job_requests", p, func(rows driver.Rows) error {
		var r ledger.Request
		var day time.Time
		var state string
		if err := rows.Scan(&r.Job, &day, &r.Zone, &r.ID, &state, &r.Requested, &r.Updated, &r.By, &r.Reason, &r.Run, &r.Answer); err != nil {
			return err
		}
		r.Date, r.State = ledger.DateOf(day.UTC()), ledger.RequestState(state)
		found = append(found, r)
		return nil
	})
	return found, err
}

// DayHasEvents tells whether a page view or a custom event of the selected sites and of the day is stored.
func (w *Warehouse) DayHasEvents(ctx context.Context, day ledger.Day, sel ledger.Selection) (found bool, err error) {
	p := params{
		"day_start": param.Instant(day.Start()), "day_end": param.Instant(day.End()),
		"all_sites": yes(sel.All), "sites": param.List(sel.Sites),
	}
	err = w.query(ctx, "rollups/day_has_events", p, func(r driver.Rows) error { return r.Scan(&found) })
	return found, err
}
