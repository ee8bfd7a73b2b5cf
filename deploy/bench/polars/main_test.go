package polars_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/footfall-analytics/footfall/deploy/bench/polars"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
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
	db, err := embedded.Start(ctx)
	defer func() { err = errors.Join(err, db.Stop(context.WithoutCancel(ctx))) }()
	if err != nil {
		return 0, err
	}
	store, addr = db.Store, db.NativeAddr
	return m.Run(), nil
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
