package warehouse

import (
	"context"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/param"
)

func placeParams(p event.Place) params {
	return params{
		"stream": p.Stream, "partition": strconv.Itoa(p.Partition), "epoch": strconv.FormatUint(p.Epoch, 10),
	}
}

func (p params) offsets(first, last int64) params {
	p["first"], p["last"] = strconv.FormatInt(first, 10), strconv.FormatInt(last, 10)
	return p
}

// StoredOffsets are the offsets from first to last that are in events, with a time of [from, to], or in
// events_dead. An event that was produced twice may be there once only, at either of its offsets.
func (w *Warehouse) StoredOffsets(ctx context.Context, p event.Place, first, last int64, from, to time.Time) (offsets []int64, err error) {
	args := placeParams(p).offsets(first, last)
	args["from"], args["to"] = param.Instant(from), param.Instant(to)
	err = w.query(ctx, "ingest/stored_offsets", args, func(r driver.Rows) error {
		var offset int64
		err := r.Scan(&offset)
		offsets = append(offsets, offset)
		return err
	})
	return offsets, err
}

// StoredThrough is the largest offset among the rows of events and events_dead that were stored since
// then, -1 when there are none.
func (w *Warehouse) StoredThrough(ctx context.Context, p event.Place, since time.Time) (int64, error) {
	through := int64(-1)
	args := placeParams(p)
	args["since"] = param.Instant(latest(since, time.Unix(0, 0)))
	err := w.query(ctx, "ingest/stored_through", args, func(r driver.Rows) error {
		var offset *int64
		err := r.Scan(&offset)
		if offset != nil {
			through = *offset
		}
		return err
	})
	return through, err
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// LastRun is the newest run of a partition.
func (w *Warehouse) LastRun(ctx context.Context, stream string, partition int) (run event.Run, known bool, err error) {
	args := placeParams(event.Place{Stream: stream, Partition: partition})
	err = w.query(ctx, "ingest/last_run", args, func(r driver.Rows) (err error) {
		run, err = scanRun(r)
		known = true
		return err
	})
	return run, known, err
}

var runKinds = map[string]event.RunKind{"stored": event.RunStored, "lost": event.RunLost, "rewound": event.RunRewound}

func scanRun(r driver.Rows) (run event.Run, err error) {
	var partition uint16
	var rows, dead uint64
	var kind string
	err = r.Scan(&run.Stream, &partition, &run.Epoch, &run.Begin, &run.End, &kind, &rows, &dead, &run.Mark, &run.Time)
	run.Kind = runKinds[kind]
	run.Partition, run.Rows, run.Dead = int(partition), int64(rows), int64(dead)
	return run, err
}
