package rollups

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestSchemaIsTheReviewedOne guards the tables' format: what ClickHouse says it holds after all
// migrations, against the reviewed dump.
func TestSchemaIsTheReviewedOne(t *testing.T) {
	const golden = "../../../../schemas/testdata/tables.golden.sql"
	var dump strings.Builder
	columns, rows, err := store.Report(t.Context(), "schema", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		dump.WriteString(row[slices.Index(columns, "statement")].(string) + ";\n\n")
	}
	if *update {
		if err := os.WriteFile(golden, []byte(dump.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), dump.String()); diff != "" {
		t.Errorf("the schema has changed (-reviewed +now); if that is meant, run with -update:\n%s", diff)
	}
}

// TestMigrateAgain: a second start, and a start after a kill between a table and its mark, change nothing.
func TestMigrateAgain(t *testing.T) {
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}
