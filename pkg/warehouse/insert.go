package warehouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// insertSettings make an insert one durable block per UTC day: nothing is acknowledged from memory,
// and a backfill may touch many days at once.
var insertSettings = clickhouse.Settings{
	"async_insert":                             0,
	"max_partitions_per_insert_block":          10000,
	"throw_on_max_partitions_per_insert_block": 1,
	"max_insert_block_size":                    1 << 20,
}

// Insert stores rows in the table events.
func (w *Warehouse) Insert(ctx context.Context, rows []event.Stored) error {
	if len(rows) == 0 {
		return nil
	}
	return w.insert(ctx, "ingest/insert_events", func(b driver.Batch) error { return fill(b, eventColumns, rows) })
}

// InsertDead stores records in the table events_dead.
func (w *Warehouse) InsertDead(ctx context.Context, rows []event.Dead) error {
	if len(rows) == 0 {
		return nil
	}
	return w.insert(ctx, "ingest/insert_events_dead", func(b driver.Batch) error { return fill(b, deadColumns, rows) })
}

func (w *Warehouse) insert(ctx context.Context, name string, fill func(driver.Batch) error) error {
	sql, err := statement(name)
	if err != nil {
		return err
	}
	batch, err := w.conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithSettings(insertSettings)), sql)
	if err != nil {
		return fmt.Errorf("prepare %s: %w", name, err)
	}
	defer batch.Close()
	if err := fill(batch); err != nil {
		return fmt.Errorf("fill %s: %w", name, err)
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	return nil
}

// fill appends column by column: one typed slice each, without a boxed value per cell.
func fill[T any](batch driver.Batch, columns map[string]func([]T) any, rows []T) error {
	for i, c := range batch.Columns() {
		values, ok := columns[c.Name()]
		if !ok {
			return fmt.Errorf("column %q has no source", c.Name())
		}
		if err := batch.Column(i).Append(values(rows)); err != nil {
			return fmt.Errorf("append column %q: %w", c.Name(), err)
		}
	}
	return nil
}
