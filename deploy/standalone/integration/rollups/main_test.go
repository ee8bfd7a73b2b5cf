// Package rollups checks the daily tables against an oracle, on the real ClickHouse engine.
package rollups

import (
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/warehouse"

	_ "time/tzdata"
)

// store is a migrated database that all tests share; each takes site keys of its own.
var store *warehouse.Warehouse

func TestMain(m *testing.M) { embedded.Main(m, func(db *embedded.Database) { store = db.Store }) }
