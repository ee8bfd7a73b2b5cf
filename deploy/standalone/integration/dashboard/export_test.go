package dashboard

import (
	"bytes"
	"encoding/csv"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// A file holds the rows that the table shows, all of them, in both formats.
func TestExports(t *testing.T) {
	day := example(t, "exported", ledger.Date{Year: 2023, Month: 5, Day: 6})
	c := open(t, time.UTC, access.Everyone{})
	question := []string{"range", day.Date.String() + ".." + day.Date.String()}
	for _, name := range []string{"pages", "entries", "addresses", "networks", "companies", "cities", "sources", "witnesses", "events", "sessions", "views"} {
		var table figures.Table
		c.get(200, &table, "/sites/exported/reports/"+name, question...)
		var body []byte
		c.get(200, &body, "/sites/exported/exports/"+name, append(question, "format", "csv")...)
		lines, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, body)
		}
		var columns []string
		for _, column := range table.Columns {
			columns = append(columns, column.Name)
		}
		if len(lines) != len(table.Rows)+1 || !slices.Equal(lines[0], columns) {
			t.Errorf("%s.csv has %d rows of %v, the table %d of %v", name, len(lines)-1, lines[0], len(table.Rows), columns)
		}
		c.get(200, &body, "/sites/exported/exports/"+name, append(question, "format", "parquet")...)
		file, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if file.NumRows() != int64(len(table.Rows)) || len(file.Root().Columns()) != len(columns) {
			t.Errorf("%s.parquet has %d rows of %d columns, the table %d of %d", name, file.NumRows(), len(file.Root().Columns()), len(table.Rows), len(columns))
		}
	}
	var body []byte
	c.get(200, &body, "/sites/exported/exports/networks", append(question, "filter", "organisation:=Example*")...)
	if !bytes.Contains(body, []byte(`'=Example & Söhne`)) {
		t.Errorf("a cell that a spreadsheet would run is not quoted: %s", body)
	}
	c.get(422, &body, "/sites/exported/exports/pages", "format", "xlsx")
	c.get(422, &body, "/sites/exported/exports/pages", "sort", "shoe_size")
}
