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
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Database is a running ClickHouse on free ports with a data folder of its own.
type Database struct {
	Store      *warehouse.Warehouse
	NativeAddr string
	HTTPAddr   string

	dir    string
	made   bool // the folder goes with the database
	engine *engine.Engine
	server *chserver.Server
}

// Start starts a database in a folder of its own, with further users if any; Stop it also when Start fails.
func Start(ctx context.Context, users ...chserver.User) (*Database, error) {
	dir, err := os.MkdirTemp("", "footfall-test")
	if err != nil {
		return &Database{}, fmt.Errorf("make data folder: %w", err)
	}
	d, err := StartIn(ctx, dir, users...)
	d.made = true
	return d, err
}

// StartIn starts a database on the data in a folder, which Stop leaves there; Stop it also when
// StartIn fails.
func StartIn(ctx context.Context, dir string, users ...chserver.User) (*Database, error) {
	d := &Database{dir: dir}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := d.serve(ctx, log, users); err != nil {
		return d, err
	}
	store, err := Open(d.NativeAddr)
	if err != nil {
		return d, err
	}
	d.Store = store
	return d, store.Migrate(ctx)
}

// Open connects to a database that was started, perhaps by another process.
func Open(nativeAddr string) (*warehouse.Warehouse, error) {
	store, err := warehouse.New(warehouse.Config{Addr: []string{nativeAddr}, Database: "default", User: "default", Timeout: time.Minute})
	if err != nil {
		return nil, err
	}
	store.Rules, err = rules.Read(rules.Config{})
	return store, err
}

func (d *Database) serve(ctx context.Context, log *slog.Logger, users []chserver.User) (err error) {
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

// Stop ends what has been started; the data of Start goes.
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
	if d.made {
		errs = append(errs, os.RemoveAll(d.dir))
	}
	return errors.Join(errs...)
}
