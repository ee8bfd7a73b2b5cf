package export

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
)

// kind is what a column holds, in files.
type kind int

const (
	text kind = iota
	signed
	unsigned
	decimal
	boolean
	date
	instant // milliseconds
	address
)

// kinds of ClickHouse's types, by name without parameters.
var kinds = map[string]kind{
	"String": text, "FixedString": text, "Enum8": text, "Enum16": text, "UUID": text,
	"Int8": signed, "Int16": signed, "Int32": signed, "Int64": signed,
	"UInt8": unsigned, "UInt16": unsigned, "UInt32": unsigned, "UInt64": unsigned,
	"Float32": decimal, "Float64": decimal,
	"Bool": boolean, "Date": date, "Date32": date,
	"DateTime": instant, "DateTime64": instant,
	"IPv4": address, "IPv6": address,
}

// column is a column of a report.
type column struct {
	name           string
	kind           kind
	nullable, list bool
}

// parseColumn reads a ClickHouse type, such as Array(UInt64) or LowCardinality(Nullable(String)).
func parseColumn(name, of string) (column, error) {
	c := column{name: name}
	inner := of
	for {
		wrapper, rest, _ := strings.Cut(inner, "(")
		rest = strings.TrimSuffix(rest, ")")
		switch {
		case wrapper == "LowCardinality":
		case wrapper == "Nullable" && !c.list:
			c.nullable = true
		case wrapper == "Array" && !c.list && !c.nullable:
			c.list = true
		default:
			k, ok := kinds[wrapper]
			if !ok {
				return column{}, fmt.Errorf("column %q has the type %s, which cannot be exported", name, of)
			}
			c.kind = k
			return c, nil
		}
		inner = rest
	}
}

// cell is a value as both formats take it: days for a date, milliseconds for an instant, text for an
// address.
type cell struct {
	null  bool
	value parquet.Value
	items []parquet.Value // of a list
}

// cell reads the value that a pointer from the driver points to.
func (c *column) cell(pointer any) (cell, error) {
	switch {
	case c.list:
		return c.cells(reflect.ValueOf(pointer).Elem())
	case c.nullable:
		inner := reflect.ValueOf(pointer).Elem()
		if inner.Kind() == reflect.Pointer {
			if inner.IsNil() {
				return cell{null: true}, nil
			}
			pointer = inner.Interface()
		}
	}
	v, err := c.plain(pointer)
	return cell{value: v}, err
}

func (c *column) cells(slice reflect.Value) (cell, error) {
	if slice.Kind() != reflect.Slice {
		return cell{}, fmt.Errorf("column %q is a list, its value a %s", c.name, slice.Type())
	}
	items := make([]parquet.Value, slice.Len())
	for i := range items {
		v, err := c.plain(slice.Index(i).Addr().Interface())
		if err != nil {
			return cell{}, err
		}
		items[i] = v
	}
	return cell{items: items}, nil
}

func (c *column) plain(pointer any) (parquet.Value, error) {
	switch v := pointer.(type) {
	case *string:
		return parquet.ValueOf(*v), nil
	case *uint64:
		return parquet.Int64Value(int64(*v)), nil // the same 64 bits
	case *bool:
		return parquet.BooleanValue(*v), nil
	case *time.Time:
		return c.time(*v), nil
	case *netip.Addr:
		return parquet.ValueOf(v.Unmap().String()), nil
	case fmt.Stringer:
		return parquet.ValueOf(v.String()), nil
	}
	return c.number(reflect.ValueOf(pointer).Elem())
}

// number reads the rarer sizes of numbers.
func (c *column) number(v reflect.Value) (parquet.Value, error) {
	switch {
	case v.CanUint():
		return parquet.Int64Value(int64(v.Uint())), nil
	case v.CanInt():
		return parquet.Int64Value(v.Int()), nil
	case v.CanFloat():
		return parquet.DoubleValue(v.Float()), nil
	}
	return parquet.Value{}, fmt.Errorf("column %q has a value of type %s, which cannot be exported", c.name, v.Type())
}

const secondsPerDay = 24 * 60 * 60

func (c *column) time(t time.Time) parquet.Value {
	if c.kind != date {
		return parquet.Int64Value(t.UnixMilli())
	}
	// The driver gives a date as its midnight, in UTC or another location: the calendar date counts.
	y, m, d := t.Date()
	return parquet.Int32Value(int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay))
}
