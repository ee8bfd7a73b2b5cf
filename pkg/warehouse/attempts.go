package warehouse

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Attempts reads the runs of each day of a range in short, by day and zone.
func (w *Warehouse) Attempts(ctx context.Context, job string, from, to ledger.Date) (all []ledger.Attempts, err error) {
	p := params{"job": job, "from": from.String(), "to": to.String()}
	err = w.query(ctx, "rollups/job_grid", p, func(rows driver.Rows) error {
		var a ledger.Attempts
		var day time.Time
		var newest, cause, published string
		n, pub := &a.Newest, &a.Published
		if err := rows.Scan(&day, &a.Zone, &a.Count,
			&n.ID, &newest, &n.Started, &n.Updated, &n.Error, &cause, &n.AskedBy, &n.Reason,
			&pub.ID, &published, &pub.Started, &pub.Updated, &pub.Views, &pub.SpentMS); err != nil {
			return err
		}
		a.Date = ledger.DateOf(day.UTC())
		n.State, n.Cause, pub.State = ledger.State(newest), ledger.Cause(cause), ledger.State(published)
		all = append(all, a)
		return nil
	})
	return all, err
}

// NewestFinal reads the newest final day of each zone that has one.
func (w *Warehouse) NewestFinal(ctx context.Context, job string) (map[string]ledger.Date, error) {
	days := map[string]ledger.Date{}
	err := w.query(ctx, "rollups/newest_final", params{"job": job}, func(rows driver.Rows) error {
		var zone string
		var day time.Time
		if err := rows.Scan(&zone, &day); err != nil {
			return err
		}
		days[zone] = ledger.DateOf(day.UTC())
		return nil
	})
	return days, err
}
