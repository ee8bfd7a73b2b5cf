package analysts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// entry is a column as the engine describes it, with what it says of its table.
type entry struct {
	table, about, sorting, partition string
	view                             bool
	column, of, kind, comment        string
}

func dictionary(t *testing.T) (all []entry) {
	t.Helper()
	columns, rows, err := db.Store.Report(t.Context(), "dictionary", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		text := func(column string) string { return fmt.Sprint(row[slices.Index(columns, column)]) }
		all = append(all, entry{
			table: text("table"), about: text("table_comment"), sorting: text("sorting_key"), partition: text("partition_key"), view: text("is_view") == "1",
			column: text("column"), of: text("type"), kind: text("default_kind"), comment: text("comment"),
		})
	}
	return all
}

// TestEverythingHasAComment: BI tools show comments, and so does the dictionary.
func TestEverythingHasAComment(t *testing.T) {
	for _, e := range dictionary(t) {
		if e.about == "" {
			t.Errorf("table %s has no comment", e.table)
		}
		if e.comment == "" {
			t.Errorf("column %s.%s has no comment", e.table, e.column)
		}
	}
}

// TestDictionary writes what the engine says as a page for people.
func TestDictionary(t *testing.T) {
	var page strings.Builder
	page.WriteString("# Data dictionary\n\nWritten by `go test ./integration/analysts -run Dictionary -update` in `deploy/standalone` from the comments of\n" +
		"the tables, which any client shows too: `SELECT name, type, comment FROM system.columns WHERE table = 'page_views'`.\n" +
		"Times are integer milliseconds (`…_ms`), instants UTC, days local days of the time zone in `tz`.\n")
	last := ""
	for _, e := range dictionary(t) {
		if e.table != last {
			last = e.table
			page.WriteString("\n## " + e.table + "\n\n" + e.about + "\n\n" + e.storage() + "| column | type | meaning |\n|---|---|---|\n")
		}
		fmt.Fprintf(&page, "| `%s` | `%s` | %s |\n", e.column, e.short(), cell(e.comment+e.derived()))
	}
	golden(t, "../../../../schemas/DICTIONARY.md", page.String())
}

// storage says by what a question is quick.
func (e entry) storage() string {
	if e.view {
		return ""
	}
	s := "Sorted by `" + e.sorting + "`"
	if e.partition != "" {
		s += ", partitioned by `" + strings.Trim(e.partition, "()") + "`"
	}
	return s + ".\n\n"
}

// short leaves out how a type is stored.
func (e entry) short() string {
	if inner, found := strings.CutPrefix(e.of, "LowCardinality("); found {
		return strings.TrimSuffix(inner, ")")
	}
	return e.of
}

func (e entry) derived() string {
	if e.kind == "ALIAS" || e.kind == "MATERIALIZED" {
		return "; computed, so not part of `SELECT *`"
	}
	return ""
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
