package warehouse

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/cespare/xxhash/v2"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// OffsetRuns are the runs of one life of a partition, by first offset.
func (w *Warehouse) OffsetRuns(ctx context.Context, p event.Place) (runs []event.Run, err error) {
	err = w.query(ctx, "ingest/runs", placeParams(p), func(r driver.Rows) error {
		run, err := scanRun(r)
		runs = append(runs, run)
		return err
	})
	return runs, err
}

// CountOffsets counts, for each size offsets, the rows of events and the dead letters there are, and how
// many different offsets they have. Events stored before since are left out.
func (w *Warehouse) CountOffsets(ctx context.Context, p event.Place, first, last, size int64, since time.Time) (counts []event.OffsetCount, err error) {
	args := placeParams(p).offsets(first, last)
	args["size"], args["since"] = strconv.FormatInt(size, 10), param.Instant(latest(since, time.Unix(0, 0)))
	err = w.query(ctx, "ingest/count_offsets", args, func(r driver.Rows) error {
		var c event.OffsetCount
		err := r.Scan(&c.Chunk, &c.Rows, &c.Offsets, &c.Dead)
		counts = append(counts, c)
		return err
	})
	return counts, err
}

// RepeatedOffsets are the offsets that more than one row has.
func (w *Warehouse) RepeatedOffsets(ctx context.Context, p event.Place, first, last int64) (offsets []int64, err error) {
	err = w.query(ctx, "ingest/repeated_offsets", placeParams(p).offsets(first, last), func(r driver.Rows) error {
		var offset int64
		err := r.Scan(&offset)
		offsets = append(offsets, offset)
		return err
	})
	return offsets, err
}

// HasEvents says of each event whether it is stored, at whichever offset.
func (w *Warehouse) HasEvents(ctx context.Context, events []event.Event) ([]bool, error) {
	found := make([]bool, len(events))
	if len(events) == 0 {
		return found, nil
	}
	type key struct {
		site string
		id   uint64
	}
	var sites, ids []string
	from, to := events[0].Time, events[0].Time
	for i := range events {
		e := &events[i]
		if !slices.Contains(sites, e.Site) {
			sites = append(sites, e.Site)
		}
		ids = append(ids, strconv.FormatUint(eventID(e), 10))
		if e.Time.Before(from) {
			from = e.Time
		}
		to = latest(e.Time, to)
	}
	there := map[key]bool{}
	args := params{"sites": param.List(sites), "ids": "[" + strings.Join(ids, ",") + "]", "from": param.Instant(from), "to": param.Instant(to)}
	err := w.query(ctx, "ingest/find_events", args, func(r driver.Rows) error {
		var k key
		err := r.Scan(&k.site, &k.id)
		there[k] = true
		return err
	})
	for i := range events {
		found[i] = there[key{events[i].Site, eventID(&events[i])}]
	}
	return found, err
}

// eventID is how the table events keeps an event's id.
func eventID(e *event.Event) uint64 { return xxhash.Sum64(e.ID[:]) }
