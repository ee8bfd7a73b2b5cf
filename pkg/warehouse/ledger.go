package warehouse

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// RecordRun writes the state of a run into the ledger.
func (w *Warehouse) RecordRun(ctx context.Context, r ledger.Run) error {
	return w.insert(ctx, "rollups/insert_job_run", func(b driver.Batch) error {
		return b.Append(r.Job, r.Date.UTC(), r.Zone, r.ID, string(r.State), r.Started, r.Updated,
			r.Views, r.SpentMS, r.Rows, r.Checksums, r.Error, r.DefinitionVersion)
	})
}

// Runs reads the ledger: the runs of a job over a range of days, newest first, at most limit (0: all).
func (w *Warehouse) Runs(ctx context.Context, job string, from, to ledger.Date, limit int) (runs []ledger.Run, err error) {
	if limit <= 0 {
		limit = math.MaxInt32
	}
	p := params{"job": job, "from": from.String(), "to": to.String(), "limit": strconv.Itoa(limit)}
	err = w.query(ctx, "rollups/job_runs", p, func(rows driver.Rows) error {
		var r ledger.Run
		var day time.Time
		var state string
		if err := rows.Scan(&r.Job, &day, &r.Zone, &r.ID, &state, &r.Started, &r.Updated,
			&r.Views, &r.SpentMS, &r.Rows, &r.Checksums, &r.Error, &r.DefinitionVersion); err != nil {
			return err
		}
		r.Date, r.State = ledger.DateOf(day.UTC()), ledger.State(state)
		runs = append(runs, r)
		return nil
	})
	return runs, err
}

// StoredDays tells which local days of a zone hold events of the selected sites, and when each last
// got one.
func (w *Warehouse) StoredDays(ctx context.Context, zone *time.Location, sel ledger.Selection) (map[ledger.Date]time.Time, error) {
	days := map[ledger.Date]time.Time{}
	p := params{"tz": zone.String(), "all_sites": yes(sel.All), "sites": list(sel.Sites)}
	err := w.query(ctx, "rollups/stored_days", p, func(rows driver.Rows) error {
		var day, last time.Time
		if err := rows.Scan(&day, &last); err != nil {
			return err
		}
		days[ledger.DateOf(day.UTC())] = last
		return nil
	})
	return days, err
}
