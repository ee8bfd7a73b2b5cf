package warehouse

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// RecordRun writes the state of a run into the ledger.
func (w *Warehouse) RecordRun(ctx context.Context, r ledger.Run) error {
	return w.insert(ctx, "rollups/insert_job_run", func(b driver.Batch) error {
		return b.Append(r.Job, r.Date.UTC(), r.Zone, r.ID, string(r.State), r.Started, r.Updated,
			r.Views, r.SpentMS, r.Rows, r.Checksums, r.Error, r.DefinitionVersion,
			string(r.Cause), r.AskedBy, r.Reason, r.Sites, r.Inputs.Events, r.Inputs.FirstStored, r.Inputs.LastStored)
	})
}

// Runs reads the ledger: the runs of a job over a range of days, newest first, at most limit (0: all).
func (w *Warehouse) Runs(ctx context.Context, job string, from, to ledger.Date, limit int) ([]ledger.Run, error) {
	if limit <= 0 {
		limit = math.MaxInt32
	}
	p := params{"job": job, "from": from.String(), "to": to.String(), "limit": strconv.Itoa(limit)}
	return w.runs(ctx, "rollups/job_runs", p)
}

// Run reads one run from the ledger; false: there is none with that id.
func (w *Warehouse) Run(ctx context.Context, job string, id uuid.UUID) (ledger.Run, bool, error) {
	runs, err := w.runs(ctx, "rollups/job_run", params{"job": job, "run_id": id.String()})
	if err != nil || len(runs) == 0 {
		return ledger.Run{}, false, err
	}
	return runs[0], true, nil
}

func (w *Warehouse) runs(ctx context.Context, name string, p params) (runs []ledger.Run, err error) {
	err = w.query(ctx, name, p, func(rows driver.Rows) error {
		var r ledger.Run
		var day time.Time
		var state, cause string
		if err := rows.Scan(&r.Job, &day, &r.Zone, &r.ID, &state, &r.Started, &r.Updated,
			&r.Views, &r.SpentMS, &r.Rows, &r.Checksums, &r.Error, &r.DefinitionVersion,
			&cause, &r.AskedBy, &r.Reason, &r.Sites, &r.Inputs.Events, &r.Inputs.FirstStored, &r.Inputs.LastStored); err != nil {
			return err
		}
		r.Date, r.State, r.Cause = ledger.DateOf(day.UTC()), ledger.State(state), ledger.Cause(cause)
		runs = append(runs, r)
		return nil
	})
	return runs, err
}

// TouchedDays tells which local days of a zone the events of the selected sites that were stored since
// an instant (zero: ever) can change.
func (w *Warehouse) TouchedDays(ctx context.Context, zone *time.Location, sel ledger.Selection, since time.Time) (map[ledger.Date]ledger.Touch, error) {
	days := map[ledger.Date]ledger.Touch{}
	p := params{"tz": zone.String(), "all_sites": yes(sel.All), "sites": param.List(sel.Sites), "everything": yes(since.IsZero()), "since": param.Instant(event.Earliest)}
	if !since.IsZero() {
		p["since"] = param.Instant(since)
	}
	err := w.query(ctx, "rollups/touched_days", p, func(rows driver.Rows) error {
		var day time.Time
		var touch ledger.Touch
		if err := rows.Scan(&day, &touch.Last, &touch.Events); err != nil {
			return err
		}
		days[ledger.DateOf(day.UTC())] = touch
		return nil
	})
	return days, err
}

// PublishedRows counts the rows of each day of a zone that any daily table holds, by table: what can be
// compared with the ledger without reading the figures.
func (w *Warehouse) PublishedRows(ctx context.Context, zone *time.Location) (map[ledger.Date]map[string]uint64, error) {
	counts := map[ledger.Date]map[string]uint64{}
	for _, table := range Published {
		err := w.query(ctx, "rollups/published_rows", params{"source": table, "tz": zone.String()}, func(rows driver.Rows) error {
			var day time.Time
			var n uint64
			if err := rows.Scan(&day, &n); err != nil {
				return err
			}
			date := ledger.DateOf(day.UTC())
			if counts[date] == nil {
				counts[date] = map[string]uint64{}
				for _, t := range Published {
					counts[date][t] = 0
				}
			}
			counts[date][table] = n
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return counts, nil
}
