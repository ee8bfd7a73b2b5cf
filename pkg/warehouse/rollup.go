package warehouse

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/cenkalti/backoff/v5"
	"github.com/google/uuid"

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

// viewsPerBucket bounds the memory of a run: the views of one bucket of addresses are sorted at once.
const viewsPerBucket = 2_000_000

// most is the largest number of buckets.
const most = 64

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
	for _, t := range Published {
		if err := w.stageTable(ctx, s, t); err != nil {
			return s, err
		}
	}
	return s, nil
}

// stageViews reduces the events to views, in buckets of addresses, and returns how many buckets.
func (w *Warehouse) stageViews(ctx context.Context, s *ledger.Staging, sel ledger.Selection) (buckets int, err error) {
	p := params{
		"views":     stagingTable(s, "views"),
		"read_from": instant(s.Day.Start().Add(-Surroundings)),
		"read_to":   instant(s.Day.End().Add(Surroundings)),
		"all_sites": yes(sel.All),
		"sites":     list(sel.Sites),
	}
	var views uint64
	if err := w.query(ctx, "rollups/count_views", p, func(r driver.Rows) error { return r.Scan(&views) }); err != nil {
		return 0, err
	}
	buckets = int(min(1+views/viewsPerBucket, most))
	p["buckets"] = strconv.Itoa(buckets)
	if err := w.exec(ctx, "rollups/create_views", p); err != nil {
		return 0, err
	}
	return buckets, w.exec(ctx, "rollups/fill_views", p)
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
	for b := range buckets {
		p["bucket"] = strconv.Itoa(b)
		if err := w.exec(ctx, "rollups/fill_visits", p); err != nil {
			return err
		}
	}
	return nil
}

// stageTable fills, merges and sums one daily table.
func (w *Warehouse) stageTable(ctx context.Context, s *ledger.Staging, table string) error {
	staging := params{"staging": stagingTable(s, table)}
	if err := w.exec(ctx, "rollups/create_"+table, staging); err != nil {
		return err
	}
	if err := w.exec(ctx, "rollups/fill_"+table, ofDay(s.Day, params{
		"staging": stagingTable(s, table), "visits": stagingTable(s, "visits"),
		"ip_access": stagingTable(s, "daily_ip_access"), "ip_time": stagingTable(s, "daily_ip_time"),
		"sessions":  stagingTable(s, "daily_sessions"),
		"day_start": instant(s.Day.Start()), "day_end": instant(s.Day.End()),
		"definition_version": strconv.Itoa(ledger.DefinitionVersion),
	})); err != nil {
		return err
	}
	if err := w.exec(ctx, "rollups/merge_staging", staging); err != nil {
		return err
	}
	sums, err := w.sums(ctx, "rollups/sum_"+table, ofDay(s.Day, params{"source": stagingTable(s, table)}))
	s.Sums[table] = sums
	return err
}

// doorWait is how long a run waits for another one to leave the door.
const doorWait = time.Minute

// Open renames the staged tables to fixed names, since the source of REPLACE PARTITION cannot be a
// parameter. That is also a lock: one run at a time is between Open and Close, and others wait.
func (w *Warehouse) Open(ctx context.Context, s *ledger.Staging) error {
	first := true
	for _, t := range Published {
		open := func() (struct{}, error) {
			err := w.exec(ctx, "rollups/open_door_"+t, params{"staging": stagingTable(s, t)})
			if err != nil && (!first || !isCode(err, codeTableExists)) {
				err = backoff.Permanent(err)
			}
			return struct{}{}, err
		}
		_, err := backoff.Retry(ctx, open, backoff.WithMaxElapsedTime(doorWait))
		if err != nil && !first {
			err = errors.Join(err, w.Close(context.WithoutCancel(ctx)))
		}
		if err != nil {
			return err
		}
		first = false
	}
	return nil
}

// Publish swaps each daily table's partition for the staged one; the door must be open. Readers see
// the old day or the new one. When a swap fails, tables before it are published and the day must be
// run again.
func (w *Warehouse) Publish(ctx context.Context, s *ledger.Staging) error {
	for _, t := range Published {
		if err := w.exec(ctx, "rollups/publish_"+t, ofDay(s.Day, params{})); err != nil {
			return err
		}
	}
	return nil
}

// Close lets the next run in. The table that Open renames first goes last.
func (w *Warehouse) Close(ctx context.Context) error {
	for _, t := range slices.Backward(Published) {
		if err := w.exec(ctx, "rollups/close_door_"+t, nil); err != nil {
			return err
		}
	}
	return nil
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
	for _, t := range append([]string{"views", "visits"}, Published...) {
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
