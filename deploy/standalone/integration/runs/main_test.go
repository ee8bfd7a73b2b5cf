// Package runs checks how days are run, verified, mended and explained, on the real ClickHouse engine.
package runs

import (
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/warehouse"

	_ "time/tzdata"
)

// store is a migrated database that all tests share; each takes site keys of its own.
var store *warehouse.Warehouse

// httpAddr is where the same database takes any statement.
var httpAddr string

func TestMain(m *testing.M) {
	embedded.Main(m, func(db *embedded.Database) { store, httpAddr = db.Store, db.HTTPAddr })
}
