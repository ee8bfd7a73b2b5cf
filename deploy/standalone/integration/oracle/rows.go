package oracle

import (
	"fmt"
	"maps"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// viewsTable has one row per view, and no key: two views of one chain may start at once.
const viewsTable = "daily_views"

// viewRows are the views themselves.
func viewRows(all []visit, day ledger.Day) map[string]Row {
	rows := map[string]Row{}
	for _, v := range all {
		row := stated(day)
		maps.Copy(row, attributes(v, viewsTable))
		maps.Copy(row, Row{
			"started_at": v.start.UTC(), "kind": v.kind(), "spent_ms": uint64(v.spent.Milliseconds()), "evidence": v.evidence(),
			"begins": v.first, "ends": v.last, "continued": v.continued,
		})
		rows[keyOf(rows, viewsTable, row)] = row
	}
	return rows
}

// kind is what is known of the view's time.
func (v visit) kind() string {
	switch {
	case v.pinged:
		return "evidence"
	case v.gap:
		return "gap"
	}
	return "unknown"
}

// evidence is who saw the view.
func (v view) evidence() string {
	switch {
	case !v.byOther:
		return "log_only"
	case !v.byLog:
		return "beacon_only"
	}
	return "both"
}

// keyOf tells a row from the others of its table. Only one view of a chain can begin a session at an
// instant; the others are told apart by all that they say, and where that is the same, by a number.
func keyOf(rows map[string]Row, table string, row Row) string {
	key := textOf(row, keys[table])
	if table != viewsTable || row["begins"] == true {
		return key
	}
	key += " | " + textOf(row, slices.Sorted(maps.Keys(row)))
	for n := 1; ; n++ {
		numbered := fmt.Sprintf("%s | %d", key, n)
		if rows[numbered] == nil {
			return numbered
		}
	}
}
