// Package runs checks how days are run, verified, mended and explained, on the real ClickHouse engine.
package runs

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
	"github.com/footfall-analytics/footfall/pkg/warehouse"

	_ "time/tzdata"
)

// store is a migrated database that all tests share; each takes site keys of its own.
var store *warehouse.Warehouse

// httpAddr is where the same database takes any statement.
var httpAddr string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	dir, err := os.MkdirTemp("", "runs")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	library, err := fetch.Library(ctx, log)
	if err != nil {
		return 0, err
	}
	e, err := engine.Open(library, dir, engine.Options{})
	if err != nil {
		return 0, err
	}
	cfg := chserver.DefaultConfig()
	cfg.NativeAddr, cfg.HTTPAddr = "127.0.0.1:0", "127.0.0.1:0"
	server, err := chserver.New(e, cfg, log)
	if err != nil {
		return 0, err
	}
	if err := server.Start(); err != nil {
		return 0, err
	}
	httpAddr = server.HTTPAddr()
	store, err = warehouse.New(warehouse.Config{Addr: []string{server.NativeAddr()}, Database: "default", User: "default", Timeout: time.Minute})
	if err != nil {
		return 0, err
	}
	if err := store.Migrate(ctx); err != nil {
		return 0, err
	}
	code := m.Run()
	if err := store.Stop(ctx); err != nil {
		return code, err
	}
	if err := server.Stop(ctx); err != nil {
		return code, err
	}
	return code, e.Close(ctx)
}
