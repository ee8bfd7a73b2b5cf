package warehouse

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// DaysWithEvents tells on which of the days, which are in order and of one zone, the sites (none: any)
// have page views or custom events. It needs no right but to read.
func (w *Warehouse) DaysWithEvents(ctx context.Context, days []ledger.Day, sites []string) (map[ledger.Date]bool, error) {
	with := map[ledger.Date]bool{}
	first, last := days[0], days[len(days)-1]
	p := params{"tz": first.Zone.String(), "sites": param.List(sites), "from": param.Instant(first.Start()), "to": param.Instant(last.End())}
	err := w.query(ctx, "reports/days_with_events", p, func(rows driver.Rows) error {
		var day time.Time
		var events uint64
		if err := rows.Scan(&day, &events); err != nil {
			return err
		}
		with[ledger.DateOf(day.UTC())] = true
		return nil
	})
	return with, err
}
