package warehouse

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Published are the daily tables, in the order in which a run publishes them.
// Those that others are made from come first.
var Published = []string{
	"daily_ip_access", "daily_ip_time", "daily_page_time", "daily_sessions", "daily_sources", "daily_networks", "daily_site",
}

// Surroundings is how far around a day its views can reach into it: the longest engaged time, and
// the longest pause inside a session.
const Surroundings = event.MaxEngaged + 30*time.Minute

// byAddress are the daily tables whose groups hold an address: they are filled bucket by bucket.
var byAddress = map[string]bool{"daily_ip_access": true, "daily_ip_time": true, "daily_sessions": true}

// working are the staging tables that nothing is published from.
var working = []string{"pings", "repeats", "views", "visits"}

// viewsPerBucket bounds the memory of a run: the views of one bucket of addresses are sorted at once.
const viewsPerBucket = 1_500_000

// mostBuckets also bounds the partitions of a staging table.
const mostBuckets = 64

// mostRepeats is the default of Warehouse.MostRepeats.
const mostRepeats = 2_000_000

func stagingTable(s *ledger.Staging, name string) string {
	return "staging_" + hex.EncodeToString(s.Run[:]) + "_" + name
}

// ofDay adds the parameters of the day's partition.
func ofDay(day ledger.Day, p params) params {
	p["day"], p["tz"] = day.Date.String(), day.Zone.String()
	return p
}

// Stage computes a day into staging tables of its own. The published rows stay as they are. Drop
// the staging whether Stage fails or not.
func (w *Warehouse) Stage(ctx context.Context, run uuid.UUID, day ledger.Day, sel ledger.Selection) (*ledger.Staging, error) {
	s := &ledger.Staging{Run: run, Day: day, Sums: map[string]ledger.Sums{}}
	buckets, err := w.stageViews(ctx, s, sel)
	if err != nil {
		return s, err
	}
	if err := w.stageVisits(ctx, s, buckets); err != nil {
		return s, err
	}
	if s.From, err = w.sums(ctx, "rollups/sum_visits", params{"source": stagingTable(s, "visits")}); err != nil {
		return s, err
	}
	return s, w.stageTables(ctx, s, buckets)
}

// stageTables fills the daily tables one after the other, and merges each while the next is filled: a
// merge uses one core.
func (w *Warehouse) stageTables(ctx context.Context, s *ledger.Staging, buckets int) error {
	merges, ctx := errgroup.WithContext(ctx)
	merges.SetLimit(1)
	var mu sync.Mutex
	for _, t := range Published {
		if err := w.fillTable(ctx, s, t, buckets); err != nil {
			return errors.Join(err, merges.Wait())
		}
		merges.Go(func() error {
			sums, err := w.mergeTable(ctx, s, t)
			mu.Lock()
			defer mu.Unlock()
			s.Sums[t] = sums
			return err
		})
	}
	return merges.Wait()
}

// stageViews reduces the events to views, in buckets of addresses, and returns how many buckets.
func (w *Warehouse) stageViews(ctx context.Context, s *ledger.Staging, sel ledger.Selection) (buckets int, err error) {
	p := params{
		"pings":     stagingTable(s, "pings"),
		"repeats":   stagingTable(s, "repeats"),
		"views":     stagingTable(s, "views"),
		"read_from": instant(s.Day.Start().Add(-Surroundings)),
		"read_to":   instant(s.Day.End().Add(Surroundings)),
		"all_sites": yes(sel.All),
		"sites":     list(sel.Sites),
	}
	views, err := w.count(ctx, "rollups/count_views", p)
	if err != nil {
		return 0, err
	}
	buckets = int(min(1+views/viewsPerBucket, mostBuckets))
	p["buckets"] = strconv.Itoa(buckets)
	if err := w.execAll(ctx, p, "rollups/create_repeats", "rollups/fill_repeats"); err != nil {
		return 0, err
	}
	repeats, err := w.count(ctx, "rollups/count_repeats", p)
	if err != nil {
		return 0, err
	}
	p["every_view"] = yes(repeats > w.MostRepeats)
	steps := []string{"rollups/create_views", "rollups/fill_views_repeated"}
	if repeats <= w.MostRepeats {
		steps = append(steps, "rollups/create_pings", "rollups/fill_pings", "rollups/fill_views")
	}
	return buckets, w.execAll(ctx, p, steps...)
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

// stageVisits gives the views of the day their sessions and times, bucket by bucket.
func (w *Warehouse) stageVisits(ctx context.Context, s *ledger.Staging, buckets int) error {
	p := params{
		"views":     stagingTable(s, "views"),
		"visits":    stagingTable(s, "visits"),
		"day_start": instant(s.Day.Start()),
		"day_end":   instant(s.Day.End()),
	}
	if err := w.exec(ctx, "rollups/create_visits", p); err != nil {
		return err
	}
	return w.execBuckets(ctx, "rollups/fill_visits", p, buckets)
}

// execBuckets runs a statement for one bucket of addresses after the other.
func (w *Warehouse) execBuckets(ctx context.Context, name string, p params, buckets int) error {
	for b := range buckets {
		p["bucket"] = strconv.Itoa(b)
		if err := w.exec(ctx, name, p); err != nil {
			return err
		}
	}
	return nil
}

// fillTable fills one daily table.
func (w *Warehouse) fillTable(ctx context.Context, s *ledger.Staging, table string, buckets int) error {
	p := ofDay(s.Day, params{
		"staging": stagingTable(s, table), "visits": stagingTable(s, "visits"),
		"ip_access": stagingTable(s, "daily_ip_access"), "ip_time": stagingTable(s, "daily_ip_time"),
		"sessions":  stagingTable(s, "daily_sessions"),
		"day_start": instant(s.Day.Start()), "day_end": instant(s.Day.End()),
		"definition_version": strconv.Itoa(ledger.DefinitionVersion),
	})
	if err := w.exec(ctx, "rollups/create_"+table, p); err != nil {
		return err
	}
	if !byAddress[table] {
		return w.exec(ctx, "rollups/fill_"+table, p)
	}
	return w.execBuckets(ctx, "rollups/fill_"+table, p, buckets)
}

// mergeTable merges a filled table to one part, which is what makes the swap all or nothing on disk,
// and sums it.
func (w *Warehouse) mergeTable(ctx context.Context, s *ledger.Staging, table string) (ledger.Sums, error) {
	if err := w.exec(ctx, "rollups/merge_staging", params{"staging": stagingTable(s, table)}); err != nil {
		return ledger.Sums{}, err
	}
	return w.sums(ctx, "rollups/sum_"+table, ofDay(s.Day, params{"source": stagingTable(s, table)}))
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

func (w *Warehouse) sums(ctx context.Context, name string, p params) (s ledger.Sums, err error) {
	err = w.query(ctx, name, p, func(r driver.Rows) error {
		return r.Scan(&s.Rows, &s.Views, &s.SpentMS, &s.EngagedMS, &s.Covered, &s.Checksum)
	})
	return s, err
}

// Drop removes a run's staging tables.
func (w *Warehouse) Drop(ctx context.Context, s *ledger.Staging) error {
	for _, t := range slices.Concat(working, Published) {
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
