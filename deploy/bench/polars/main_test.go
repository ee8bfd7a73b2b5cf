package polars_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/footfall-analytics/footfall/deploy/bench/polars"
	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
	"github.com/footfall-analytics/footfall/pkg/warehouse"

	_ "time/tzdata"
)

// The database and the interpreter that all tests share.
var (
	store  *warehouse.Warehouse
	addr   string
	python polars.Python
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	if python, err = polars.Install(ctx); err != nil {
		return 0, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	dir, err := os.MkdirTemp("", "polars-oracle")
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
	addr = server.NativeAddr()
	store, err = warehouse.New(warehouse.Config{Addr: []string{addr}, Database: "default", User: "default", Timeout: time.Minute})
	if err != nil {
		return 0, err
	}
	if err := store.Migrate(ctx); err != nil {
		return 0, err
	}
	code = m.Run()
	if err := store.Stop(ctx); err != nil {
		return code, err
	}
	if err := server.Stop(ctx); err != nil {
		return code, err
	}
	return code, e.Close(ctx)
}

// exportEvents writes all events for Polars.
func exportEvents(t *testing.T, file string) {
	t.Helper()
	sql, err := polars.EventsSQL()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{addr}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Exec(clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"file": file})), sql); err != nil {
		t.Fatal(err)
	}
}
