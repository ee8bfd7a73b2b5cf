package polars_test

import (
	"errors"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// TestEveryColumnIsExported: a column that a daily table gains must reach the files too.
func TestEveryColumnIsExported(t *testing.T) {
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{addr}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, table := range warehouse.Published {
		var want []string
		ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"table": table}))
		if err := conn.QueryRow(ctx, "SELECT groupArray(name) FROM (SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position)").Scan(&want); err != nil {
			t.Fatal(err)
		}
		var got []string
		enough := errors.New("only the head is needed")
		head := func(names, _ []string) error { got = names; return enough }
		err := store.Stream(t.Context(), "export_"+table, map[string]string{"day": "2026-01-01", "tz": "UTC", "sites": "[]"}, head, nil)
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-table +export):\n%s", table, diff)
		}
	}
}
