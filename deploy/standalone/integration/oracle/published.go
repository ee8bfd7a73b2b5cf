package oracle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// ErrTwice is in the error of Published when a table holds a row twice.
var ErrTwice = errors.New("the table holds a row twice")

// Published reads what is published of a day.
func Published(ctx context.Context, w *warehouse.Warehouse, day ledger.Day) (Tables, error) {
	out := Tables{}
	for table := range keys {
		columns, rows, err := w.Report(ctx, "export_"+table, map[string]string{"day": day.Date.String(), "tz": day.Zone.String(), "sites": "[]"})
		if err != nil {
			return nil, err
		}
		out[table] = map[string]Row{}
		for _, values := range rows {
			row := Row{}
			for i, c := range columns {
				row[c] = plain(c, values[i])
			}
			k := keyOf(out[table], table, row)
			if _, twice := out[table][k]; twice {
				return nil, fmt.Errorf("%s of %s: %w: %s", table, day, ErrTwice, k)
			}
			out[table][k] = row
		}
	}
	return out, nil
}

// plain takes away what the driver adds to a value.
func plain(column string, value any) any {
	switch v := value.(type) {
	case net.IP:
		a, _ := netip.AddrFromSlice(v)
		return a.Unmap()
	case *uint64:
		if v == nil {
			return nil
		}
		return *v
	case time.Time:
		if column == "day" {
			return v.Format(time.DateOnly)
		}
		return v.UTC()
	case uuid.UUID:
		return v.String()
	case string:
		if column != "props" {
			return v
		}
		props := map[string]string{}
		if err := json.Unmarshal([]byte(v), &props); err != nil {
			return err
		}
		return props
	}
	return value
}

// Diff tells how two days differ, row by row and column by column; "" when they do not.
func Diff(want, got Tables) string {
	var found []string
	for _, table := range slices.Sorted(maps.Keys(keys)) {
		rows := maps.Clone(want[table])
		maps.Copy(rows, got[table])
		for _, k := range slices.Sorted(maps.Keys(rows)) {
			w, inWant := want[table][k]
			g, inGot := got[table][k]
			switch {
			case !inGot:
				found = append(found, fmt.Sprintf("- %s: %s: %v", table, k, w))
			case !inWant:
				found = append(found, fmt.Sprintf("+ %s: %s: %v", table, k, g))
			default:
				if diff := cmp.Diff(w, g, cmp.Comparer(sameAddr)); diff != "" {
					found = append(found, fmt.Sprintf("  %s: %s:\n%s", table, k, diff))
				}
			}
		}
	}
	if len(found) > most {
		found = append(found[:most], fmt.Sprintf("and %d rows more", len(found)-most))
	}
	return strings.Join(found, "\n")
}

// most is how many rows that differ are told.
const most = 10

func sameAddr(a, b netip.Addr) bool { return a == b }
