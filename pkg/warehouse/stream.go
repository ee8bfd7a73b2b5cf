package warehouse

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"reflect"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Stream runs schemas/reports/NAME.sql and hands over its rows one by one, so that a result of any
// size needs little memory. head gets the columns' names and ClickHouse types first, also when there
// are no rows; row gets pointers to the values (*string, *uint64, *time.Time, *netip.Addr, …, a
// pointer to a pointer for Nullable), which the next row overwrites. An error of either ends it.
func (w *Warehouse) Stream(ctx context.Context, name string, values map[string]string, head func(names, types []string) error, row func(values []any) error) error {
	sql, err := statement("reports/" + name)
	if err != nil {
		return err
	}
	rows, err := w.conn.Query(withParams(ctx, values), sql)
	if err != nil {
		return fmt.Errorf("run report %s: %w", name, err)
	}
	defer rows.Close()
	targets, names, types := targetsOf(rows)
	if err := head(names, types); err != nil {
		return fmt.Errorf("begin report %s: %w", name, err)
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("read row of report %s: %w", name, err)
		}
		if err := row(targets); err != nil {
			return fmt.Errorf("take row of report %s: %w", name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read report %s: %w", name, err)
	}
	return nil
}

// targetsOf makes a place for each column's value. Addresses come as netip.Addr, which needs no
// memory of its own.
func targetsOf(rows driver.Rows) (targets []any, names, types []string) {
	for _, t := range rows.ColumnTypes() {
		scan := t.ScanType()
		if scan == reflect.TypeFor[net.IP]() {
			scan = reflect.TypeFor[netip.Addr]()
		}
		targets = append(targets, reflect.New(scan).Interface())
		names, types = append(names, t.Name()), append(types, t.DatabaseTypeName())
	}
	return targets, names, types
}
