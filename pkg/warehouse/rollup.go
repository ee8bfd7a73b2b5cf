package warehouse

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// Published are the daily tables, in the order in which a run publishes them.
// Those that others are made from come first.
var Published = []string{
	"daily_ip_access", "daily_ip_time", "daily_page_time", "daily_sessions", "daily_views", "daily_sources", "daily_networks", "daily_cities", "daily_devices",
	"daily_site", "daily_events",
}

// pairsTable is swapped with them; its rows hold no figures.
const pairsTable = "view_pairs"

// swapped is all that a run swaps.
var swapped = append(slices.Clone(Published), pairsTable)

// Surroundings is how far around a day its views can reach into it: the longest engaged time, and
// the longest pause inside a session.
const Surroundings = event.MaxEngaged + 30*time.Minute

func stagingTable(s *ledger.Staging, name string) string {
	return "staging_" + hex.EncodeToString(s.Run[:]) + "_" + name
}

// ofDay adds the parameters of the day's partition.
func ofDay(day ledger.Day, p params) params {
	p["day"], p["tz"] = day.Date.String(), day.Zone.String()
	return p
}

// ReadBack sums what is published of a day, by table.
func (w *Warehouse) ReadBack(ctx context.Context, day ledger.Day) (map[string]ledger.Sums, error) {
	published := map[string]ledger.Sums{}
	for _, t := range Published {
		sums, err := w.sums(ctx, "rollups/sum_"+t, ofDay(day, params{"source": t}))
		if err != nil {
			return nil, err
		}
		published[t] = sums
	}
	return published, nil
}

// ReadSwapped tells the sums of what is published of a staged day, by table, while the door is open. A
// table that holds the very files that were staged and summed is not read again.
func (w *Warehouse) ReadSwapped(ctx context.Context, s *ledger.Staging) (map[string]ledger.Sums, error) {
	same := map[string]bool{}
	err := w.query(ctx, "rollups/swapped", params{"tables": param.List(Published)}, func(r driver.Rows) error {
		var table string
		err := r.Scan(&table)
		same[table] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	published := map[string]ledger.Sums{}
	for _, t := range Published {
		published[t] = s.Sums[t]
		if same[t] {
			continue
		}
		if published[t], err = w.sums(ctx, "rollups/sum_"+t, ofDay(s.Day, params{"source": t})); err != nil {
			return nil, err
		}
	}
	return published, nil
}

func (w *Warehouse) sums(ctx context.Context, name string, p params) (s ledger.Sums, err error) {
	err = w.query(ctx, name, p, func(r driver.Rows) error {
		return r.Scan(&s.Rows, &s.Views, &s.SpentMS, &s.EngagedMS, &s.Covered, &s.Checksum)
	})
	return s, err
}

func (w *Warehouse) count(ctx context.Context, name string, p params) (n uint64, err error) {
	err = w.query(ctx, name, p, func(r driver.Rows) error { return r.Scan(&n) })
	return n, err
}

func (w *Warehouse) execAll(ctx context.Context, p params, names ...string) error {
	for _, name := range names {
		if err := w.exec(ctx, name, p); err != nil {
			return err
		}
	}
	return nil
}

// Drop removes a run's staging tables.
func (w *Warehouse) Drop(ctx context.Context, s *ledger.Staging) error {
	for _, t := range slices.Concat(working, swapped) {
		if err := w.exec(ctx, "rollups/drop_staging", params{"staging": stagingTable(s, t)}); err != nil {
			return err
		}
	}
	return nil
}

// DropLeftovers removes what runs that never ended have left behind. Only the one process that runs
// the rollups may call it, and only while it runs none.
func (w *Warehouse) DropLeftovers(ctx context.Context) (dropped []string, err error) {
	err = w.query(ctx, "rollups/staging_tables", nil, func(r driver.Rows) error {
		var name string
		if err := r.Scan(&name); err != nil {
			return err
		}
		dropped = append(dropped, name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range dropped {
		if err := w.exec(ctx, "rollups/drop_staging", params{"staging": name}); err != nil {
			return dropped, fmt.Errorf("drop leftover %s: %w", name, err)
		}
	}
	return dropped, nil
}
