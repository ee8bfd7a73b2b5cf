// Package runs checks how days are run, verified, mended and explained, on the real ClickHouse engine.
package runs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
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

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	db, err := embedded.Start(ctx)
	defer func() { err = errors.Join(err, db.Stop(context.WithoutCancel(ctx))) }()
	if err != nil {
		return 0, err
	}
	store = db.Store
	httpAddr = db.HTTPAddr
	return m.Run(), nil
}
