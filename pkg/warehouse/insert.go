package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// insertSettings make an insert one durable block per UTC day: nothing is acknowledged from memory,
// and a backfill may touch many days at once.
var insertSettings = clickhouse.Settings{
	"async_insert":                             0,
	"insert_deduplicate":                       1,
	"max_partitions_per_insert_block":          10000,
	"throw_on_max_partitions_per_insert_block": 1,
	"max_insert_block_size":                    1 << 20,
}

// tokenSetting names an insert: what was stored under a token is not stored again under it.
const tokenSetting = "insert_deduplication_token"

// Insert stores rows in the table events. Rows of one UTC day are stored whole or not at all.
func (w *Warehouse) Insert(ctx context.Context, rows []event.Stored) error {
	return w.insert(ctx, "ingest/insert_events", func(b driver.Batch) error { return fill(b, eventColumns, rows) })
}

// InsertOnce is Insert, once for each token: rows that are sent under it again are not stored again.
func (w *Warehouse) InsertOnce(ctx context.Context, token string, rows []event.Stored) error {
	return w.insertOnce(ctx, "ingest/insert_events", token, func(b driver.Batch) error { return fill(b, eventColumns, rows) })
}

// InsertDead stores records in the table events_dead.
func (w *Warehouse) InsertDead(ctx context.Context, rows []event.Dead) error {
	return w.insert(ctx, "ingest/insert_events_dead", func(b driver.Batch) error { return fill(b, deadColumns, rows) })
}

// InsertDeadOnce stores records in the table events_dead, once for each token.
func (w *Warehouse) InsertDeadOnce(ctx context.Context, token string, rows []event.Dead) error {
	return w.insertOnce(ctx, "ingest/insert_events_dead", token, func(b driver.Batch) error { return fill(b, deadColumns, rows) })
}

// PutRun writes a run of offsets into the ledger of the consumer.
func (w *Warehouse) PutRun(ctx context.Context, r event.Run) error {
	return w.insert(ctx, "ingest/insert_run", func(b driver.Batch) error { return fill(b, runColumns, []event.Run{r}) })
}

func (w *Warehouse) insertOnce(ctx context.Context, name, token string, fill func(driver.Batch) error) error {
	settings := maps.Clone(insertSettings)
	settings[tokenSetting] = token
	return w.insertWith(ctx, settings, name, fill)
}

func (w *Warehouse) insert(ctx context.Context, name string, fill func(driver.Batch) error) error {
	return w.insertWith(ctx, insertSettings, name, fill)
}

func (w *Warehouse) insertWith(ctx context.Context, settings clickhouse.Settings, name string, fill func(driver.Batch) error) error {
	batch, err := w.prepare(ctx, settings, name)
	if err != nil {
		return err
	}
	defer batch.Close()
	if err := fill(batch); err != nil {
		return fmt.Errorf("fill %s: %w", name, err)
	}
	return send(batch, name)
}

// prepare begins an insert; close its batch.
func (w *Warehouse) prepare(ctx context.Context, settings clickhouse.Settings, name string) (driver.Batch, error) {
	sql, err := statement(name)
	if err != nil {
		return nil, err
	}
	batch, err := w.conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), sql)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", name, refused(err))
	}
	return batch, nil
}

func send(batch driver.Batch, name string) error {
	if err := batch.Send(); err != nil {
		return fmt.Errorf("send %s: %w", name, refused(err))
	}
	return nil
}

// fillRows is how many rows are appended at a time: so many that the processor's cache holds them while
// one column after the other is taken from them.
const fillRows = 256

// fill appends column by column: one typed slice each, without a boxed value per cell.
func fill[T any](batch driver.Batch, columns map[string]func([]T) any, rows []T) error {
	var sources []func([]T) any
	for _, c := range batch.Columns() {
		source, ok := columns[c.Name()]
		if !ok {
			return fmt.Errorf("column %q has no source", c.Name())
		}
		sources = append(sources, source)
	}
	for part := range slices.Chunk(rows, fillRows) {
		for i, values := range sources {
			if err := batch.Column(i).Append(values(part)); err != nil {
				return fmt.Errorf("append column %d: %w", i, err)
			}
		}
	}
	return nil
}
