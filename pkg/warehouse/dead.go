package warehouse

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// DeadLetters are those that were not replayed, in the order of their offsets: at most limit behind the
// given one.
func (w *Warehouse) DeadLetters(ctx context.Context, after event.Dead, limit int) (letters []event.Dead, err error) {
	args := placeParams(event.Place{Partition: after.Partition, Epoch: after.Epoch})
	args["offset"], args["limit"] = strconv.FormatInt(after.Offset, 10), strconv.Itoa(limit)
	err = w.query(ctx, "ingest/dead_letters", args, func(r driver.Rows) error {
		var d event.Dead
		var partition uint16
		var offset uint64
		var value string
		err := r.Scan(&partition, &d.Epoch, &offset, &d.Time, &d.Version, &d.Reason, &d.Error, &value)
		d.Partition, d.Offset, d.Value = int(partition), int64(offset), []byte(value)
		letters = append(letters, d)
		return err
	})
	return letters, err
}

// MarkReplayed keeps dead letters as ones that were published again.
func (w *Warehouse) MarkReplayed(ctx context.Context, letters []event.Dead, at time.Time) error {
	columns := maps.Clone(deadColumns)
	columns["replayed_time"] = collect(func(*event.Dead) time.Time { return at })
	return w.insert(ctx, "ingest/mark_replayed", func(b driver.Batch) error { return fill(b, columns, letters) })
}
