// Package outside reads launches and calendars from servers of its own over TLS into the real ClickHouse
// engine.
package outside

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/warehouse"

	_ "time/tzdata"
)

// store is a migrated database that all tests share, one after the other; httpAddr is where it takes any
// statement.
var (
	store    *warehouse.Warehouse
	httpAddr string
)

func TestMain(m *testing.M) {
	embedded.Main(m, func(db *embedded.Database) { store, httpAddr = db.Store, db.HTTPAddr })
}

// sql runs a statement and returns its lines.
func sql(t *testing.T, statement string) string {
	t.Helper()
	res, err := http.Post("http://"+httpAddr+"/?"+url.Values{"query": {statement}}.Encode(), "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", statement, body, err)
	}
	return strings.TrimSpace(string(body))
}

// says checks what a statement answers, with | for tabs and / between lines.
func says(t *testing.T, want, statement string) {
	t.Helper()
	got := strings.NewReplacer("\t", "|", "\n", " / ").Replace(sql(t, statement))
	if got != want {
		t.Errorf("%s\nanswers %s\nwant    %s", statement, got, want)
	}
}

// empty begins with empty tables.
func empty(t *testing.T) {
	t.Helper()
	sql(t, "TRUNCATE TABLE external_events")
	sql(t, "TRUNCATE TABLE external_sources")
}
