// Package embedded starts the embedded ClickHouse with migrated tables, for tests that measure the
// figures against something else. An engine can be opened once per process, so the tests of a package
// share one.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Database is a running ClickHouse on free ports with a data folder of its own.
type Database struct {
	Store      *warehouse.Warehouse
	NativeAddr string
	HTTPAddr   string

	dir    string
	engine *engine.Engine
	server *chserver.Server
}

// Start starts a database, with further users if any; Stop it also when Start fails.
func Start(ctx context.Context, users ...chserver.User) (*Database, error) {
	d := &Database{}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := d.serve(ctx, log, users); err != nil {
		return d, err
	}
	store, err := warehouse.New(warehouse.Config{Addr: []string{d.NativeAddr}, Database: "default", User: "default", Timeout: time.Minute})
	if err != nil {
		return d, err
	}
	d.Store = store
	return d, store.Migrate(ctx)
}

func (d *Database) serve(ctx context.Context, log *slog.Logger, users []chserver.User) (err error) {
	if d.dir, err = os.MkdirTemp("", "footfall-test"); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	library, err := fetch.Library(ctx, log)
	if err != nil {
		return err
	}
	if d.engine, err = engine.Open(library, d.dir, engine.Options{}); err != nil {
		return err
	}
	cfg := chserver.DefaultConfig()
	cfg.NativeAddr, cfg.HTTPAddr = "127.0.0.1:0", "127.0.0.1:0"
	cfg.Users = append(cfg.Users, users...)
	if d.server, err = chserver.New(d.engine, cfg, log); err != nil {
		return err
	}
	if err := d.server.Start(); err != nil {
		return err
	}
	d.NativeAddr, d.HTTPAddr = d.server.NativeAddr(), d.server.HTTPAddr()
	return nil
}

// Stop ends what has been started and deletes the data.
func (d *Database) Stop(ctx context.Context) error {
	var errs []error
	if d.Store != nil {
		errs = append(errs, d.Store.Stop(ctx))
	}
	if d.NativeAddr != "" {
		errs = append(errs, d.server.Stop(ctx))
	}
	if d.engine != nil {
		errs = append(errs, d.engine.Close(ctx))
	}
	return errors.Join(append(errs, os.RemoveAll(d.dir))...)
}
