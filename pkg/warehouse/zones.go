package warehouse

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// ForeignDays lists the published days of a zone that hold sites other than the selected ones: sites
// that have moved to another zone, or are no longer counted.
func (w *Warehouse) ForeignDays(ctx context.Context, zone *time.Location, sel ledger.Selection) (dates []ledger.Date, err error) {
	p := params{"tz": zone.String(), "all_sites": yes(sel.All), "sites": param.List(sel.Sites)}
	err = w.query(ctx, "rollups/foreign_days", p, func(rows driver.Rows) error {
		var day time.Time
		if err := rows.Scan(&day); err != nil {
			return err
		}
		dates = append(dates, ledger.DateOf(day.UTC()))
		return nil
	})
	return dates, err
}

// PublishedZones names the zones that published days stand in.
func (w *Warehouse) PublishedZones(ctx context.Context) (zones []string, err error) {
	err = w.query(ctx, "rollups/published_zones", nil, func(rows driver.Rows) error {
		var zone string
		if err := rows.Scan(&zone); err != nil {
			return err
		}
		zones = append(zones, zone)
		return nil
	})
	return zones, err
}
