package warehouse

import (
	"context"
	"fmt"
	"reflect"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Report runs schemas/reports/NAME.sql and returns its columns' names and its rows. Values come as
// ClickHouse's driver reads them: integers, strings, time.Time, net.IP, nil for NULL.
func (w *Warehouse) Report(ctx context.Context, name string, values map[string]string) (columns []string, rows [][]any, err error) {
	err = w.query(ctx, "reports/"+name, params(values), func(r driver.Rows) error {
		if columns == nil {
			columns = r.Columns()
		}
		row, err := scanRow(r)
		rows = append(rows, row)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("report %s: %w", name, err)
	}
	return columns, rows, nil
}

// scanRow reads a row of any types.
func scanRow(r driver.Rows) ([]any, error) {
	types := r.ColumnTypes()
	targets := make([]any, len(types))
	for i, t := range types {
		targets[i] = reflect.New(t.ScanType()).Interface()
	}
	if err := r.Scan(targets...); err != nil {
		return nil, err
	}
	row := make([]any, len(targets))
	for i, t := range targets {
		row[i] = reflect.ValueOf(t).Elem().Interface()
	}
	return row, nil
}

// Record runs schemas/external/NAME.sql, which writes what happened outside the site.
func (w *Warehouse) Record(ctx context.Context, name string, values map[string]string) error {
	return w.exec(ctx, "external/"+name, params(values))
}
