// Package clickhouse checks how the warehouse gets into ClickHouse: over TLS, with a password from a
// file, and by several addresses.
package clickhouse

import (
	"context"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// user is the one with a password.
var user = chserver.User{Name: "footfall", Password: "correct-horse-battery"}

// database is shared by all tests.
var database *embedded.Database

func TestMain(m *testing.M) { embedded.Main(m, func(db *embedded.Database) { database = db }, user) }

func settings(addr ...string) warehouse.Config {
	return warehouse.Config{Addr: addr, Database: "default", User: user.Name, Password: user.Password, Timeout: time.Minute}
}

func open(t *testing.T, cfg warehouse.Config) *warehouse.Warehouse {
	t.Helper()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	w, err := warehouse.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Stop(context.Background()) })
	return w
}

// eventually repeats what is allowed to fail for a while.
func eventually(t *testing.T, try func() error) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for give := time.After(time.Minute); ; {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-give:
			t.Fatal(err)
		}
	}
}
