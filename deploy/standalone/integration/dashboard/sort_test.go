package dashboard

import (
	stdcmp "cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

// TestEveryColumnSorts: by every column of every table, upwards or, by turns, downwards and with a filter; unknown
// values come last; and a column that is asked for alone says the same. Statements take a column's default in place of what they do not sort by, and columns are of
// many types.
func TestEveryColumnSorts(t *testing.T) {
	day, err := traffic.New("sorted", *seed)
	if err != nil {
		t.Fatal(err)
	}
	insert(t, day.Events)
	publish(t, day.Day, day.Sites...)
	c := open(t, day.Zone, access.Everyone{})
	ask := func(table string, more ...string) (answer figures.Table) {
		question := append([]string{"range", day.Date.String() + ".." + day.Date.String(), "bots", "all", "least_seconds", "0", "least_views", "1", "least_confidence", "low"}, more...)
		c.get(200, &answer, "/sites/"+day.Sites[0]+"/reports/"+table, question...)
		return answer
	}
	for _, table := range []string{"pages", "entries", "addresses", "networks", "companies", "countries", "sources", "campaigns", "devices", "witnesses", "events", "sessions", "views"} {
		columns := ask(table, "limit", "1").Columns
		for i, column := range columns {
			if column.Unit == "counts" {
				continue
			}
			question, order := []string{"sort", column.Name}, ascending
			if i%2 == 1 {
				question, order = []string{"sort", "-" + column.Name, "filter", "path:*"}, descending
			}
			all := ask(table, question...)
			if got := values(all, column.Name); !slices.IsSortedFunc(got, order) {
				t.Errorf("%s %v: %v", table, question, got)
			}
			other := columns[(i+1)%len(columns)].Name
			if diff := cmp.Diff(only(all.Rows, column.Name, other), ask(table, append(question, "columns", other)...).Rows); diff != "" {
				t.Errorf("%s %v with nothing but %s (-all +alone):\n%s", table, question, other, diff)
			}
		}
	}
}

// only keeps these columns of rows.
func only(rows []figures.Row, columns ...string) []figures.Row {
	kept := make([]figures.Row, 0, len(rows))
	for _, row := range rows {
		few := figures.Row{}
		for _, name := range columns {
			few[name] = row[name]
		}
		kept = append(kept, few)
	}
	return kept
}

// numbered are columns that show a text and are sorted by the number behind it.
var numbered = []string{"ip", "evidence", "kind"}

// values are those of a column, none of one that is sorted by something else.
func values(t figures.Table, column string) (all []any) {
	for _, row := range t.Rows {
		if !slices.Contains(numbered, column) {
			all = append(all, row[column])
		}
	}
	return all
}

func descending(a, b any) int {
	if a == nil || b == nil {
		return ascending(a, b)
	}
	return ascending(b, a)
}

// ascending compares values as JSON has them, nil last.
func ascending(a, b any) int {
	switch x := a.(type) {
	case nil:
		if b == nil {
			return 0
		}
		return 1
	case float64:
		if y, ok := b.(float64); ok {
			return stdcmp.Compare(x, y)
		}
	}
	if b == nil {
		return -1
	}
	return stdcmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) // texts; false stands before true
}
