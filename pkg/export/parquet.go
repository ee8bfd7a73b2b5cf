package export

import (
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
)

// Memory is bounded by the rows of one row group; rows go to the library in batches.
const (
	rowGroup = 200_000
	batch    = 512
)

// parquetWriter writes DATE, TIMESTAMP(ms, UTC), INT64, UINT64, DOUBLE, BOOLEAN, LIST, and STRING
// with a dictionary; zstd throughout.
type parquetWriter struct {
	w       *parquet.GenericWriter[any]
	columns []column
	rows    []parquet.Row
	n       int
}

func newParquetWriter(w io.Writer, table string, columns []column) *parquetWriter {
	schema := parquet.NewSchema(table, newOrdered(columns))
	return &parquetWriter{
		w:       parquet.NewGenericWriter[any](w, schema, parquet.MaxRowsPerRowGroup(rowGroup), parquet.CreatedBy("footfall", "", "")),
		columns: columns,
		rows:    make([]parquet.Row, batch),
	}
}

func (p *parquetWriter) Write(row []cell) error {
	r := p.rows[p.n][:0]
	for i := range row {
		r = p.columns[i].appendLevels(r, &row[i], i)
	}
	p.rows[p.n] = r
	p.n++
	if p.n == len(p.rows) {
		return p.flush()
	}
	return nil
}

func (p *parquetWriter) flush() error {
	_, err := p.w.WriteRows(p.rows[:p.n])
	p.n = 0
	return err
}

func (p *parquetWriter) Close() error {
	if err := p.flush(); err != nil {
		return err
	}
	return p.w.Close()
}

// appendLevels adds a cell's values with the levels that say what is missing and what repeats.
func (c *column) appendLevels(r parquet.Row, v *cell, i int) parquet.Row {
	switch {
	case v.null || (c.list && len(v.items) == 0):
		return append(r, parquet.NullValue().Level(0, 0, i))
	case c.list:
		for j, item := range v.items {
			r = append(r, item.Level(min(j, 1), 1, i))
		}
		return r
	case c.nullable:
		return append(r, v.value.Level(0, 1, i))
	default:
		return append(r, v.value.Level(0, 0, i))
	}
}

// node is the column's place in the schema.
func (c *column) node() parquet.Node {
	var n parquet.Node
	switch c.kind {
	case signed:
		n = parquet.Int(64)
	case unsigned:
		n = parquet.Uint(64)
	case decimal:
		n = parquet.Leaf(parquet.DoubleType)
	case boolean:
		n = parquet.Leaf(parquet.BooleanType)
	case date:
		n = parquet.Date()
	case instant:
		n = parquet.Timestamp(parquet.Millisecond)
	case text, address:
		n = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	}
	n = parquet.Compressed(n, &parquet.Zstd)
	if c.list {
		return parquet.List(n)
	}
	if c.nullable {
		return parquet.Optional(n)
	}
	return n
}

// ordered is a group whose fields keep the order of the report's columns; the library's own sorts
// them by name.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func newOrdered(columns []column) *ordered {
	o := &ordered{Group: parquet.Group{}}
	for i := range columns {
		node := columns[i].node()
		o.Group[columns[i].name] = node
		o.fields = append(o.fields, &field{node, columns[i].name})
	}
	return o
}

func (o *ordered) Fields() []parquet.Field { return o.fields }

type field struct {
	parquet.Node
	name string
}

func (f *field) Name() string { return f.name }

// Value would read the field of a Go value; rows are written as parquet values instead.
func (f *field) Value(base reflect.Value) reflect.Value {
	return base.MapIndex(reflect.ValueOf(f.name))
}
