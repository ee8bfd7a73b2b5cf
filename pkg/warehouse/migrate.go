package warehouse

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/cenkalti/backoff/v5"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/footfall-analytics/footfall/schemas"
)

// migrationsTable remembers which files of schemas/tables have been applied.
const migrationsTable = "footfall_migrations"

// startWait is how long a starting process waits for ClickHouse to answer.
const startWait = 60 * time.Second

// Migrations is the part that brings the tables to the newest version before anything uses them.
type Migrations struct {
	Warehouse *Warehouse
	Log       *slog.Logger
}

// Start waits for ClickHouse, at most a minute, and migrates.
func (m Migrations) Start(ctx context.Context) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, m.Warehouse.Migrate(ctx) },
		backoff.WithMaxElapsedTime(startWait), backoff.WithNotify(func(err error, again time.Duration) {
			m.Log.Warn("migrate tables, will try again", "err", err, "in", again.String())
		}))
	return err
}

// Stop has nothing to end.
func (m Migrations) Stop(context.Context) error { return nil }

// Migrate brings the tables to the newest version. Every statement may run twice, so that several
// processes may start at once on a fresh database, and one that was killed midway may start again.
func (w *Warehouse) Migrate(ctx context.Context) error {
	db := clickhouse.OpenDB(w.options)
	defer db.Close()
	store, err := database.NewStore(goose.DialectClickHouse, migrationsTable)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	files, err := schemas.Migrations()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	provider, err := goose.NewProvider("", db, files, goose.WithStore(store), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate tables: %w", err)
	}
	return nil
}
