// Package dashboard asks the dashboard's API over HTTP, on the real ClickHouse engine and days that the
// real rollup has computed.
package dashboard

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"

	_ "time/tzdata"
)

// store is a migrated database that all tests share; each takes site keys of its own.
var (
	store  *warehouse.Warehouse
	native string // its address
)

func TestMain(m *testing.M) {
	embedded.Main(m, func(db *embedded.Database) { store, native = db.Store, db.NativeAddr })
}

// stored is a stream that holds nothing: these tests insert into the warehouse themselves.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }

func insert(t *testing.T, events []event.Event) {
	t.Helper()
	rows := make([]event.Stored, len(events))
	for i, e := range events {
		rows[i] = event.Stored{Event: e, Offset: int64(i)}
	}
	if err := store.Insert(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
}

func publish(t *testing.T, day ledger.Day, keys ...string) {
	t.Helper()
	r := rollup.NewRunner(rollup.Config{Grace: time.Hour, Every: time.Minute, Refresh: time.Hour}, store, store, stored{},
		rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
	if _, err := r.Run(t.Context(), day, ledger.Selection{Sites: keys}, true); err != nil {
		t.Fatal(err)
	}
}

// as is an Authenticator that takes everybody for one principal.
type as access.Principal

func (p as) Authenticate(*http.Request) (access.Principal, error) { return access.Principal(p), nil }

// client asks the API as one principal.
type client struct {
	t    *testing.T
	base string
}

// open serves a dashboard whose sites have days of one zone.
func open(t *testing.T, zone *time.Location, who access.Authenticator) client {
	t.Helper()
	d := dashboard.New(who, slog.New(slog.NewTextHandler(os.Stderr, nil)), figures.New(store, sites.Open(zone)))
	server := httptest.NewServer(d.Handler())
	t.Cleanup(server.Close)
	return client{t, server.URL + "/api/v1"}
}

// get asks; the answer must have the status.
func (c client) get(status int, into any, path string, query ...string) {
	c.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		values.Add(query[i], query[i+1])
	}
	res, err := http.Get(c.base + path + "?" + values.Encode())
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != status {
		c.t.Fatalf("GET %s %v answers %d, want %d: %s", path, query, res.StatusCode, status, body)
	}
	if into == nil {
		return
	}
	if raw, ok := into.(*[]byte); ok {
		*raw = body
		return
	}
	if err := json.Unmarshal(body, into); err != nil {
		c.t.Fatalf("GET %s: %v: %s", path, err, body)
	}
}
