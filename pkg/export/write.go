package export

import (
	"bufio"
	"fmt"
	"io"
	"slices"
)

// Formats are what can be written.
var Formats = []string{CSV, Parquet}

// Writer writes one table in one format to one place.
type Writer struct {
	// Rows is how many rows were written.
	Rows uint64

	format, table string
	only          []string
	out           *bufio.Writer
	columns       []column
	places        []int // of the columns among the values of a row
	cells         []cell
	encoder       encoder
}

// NewWriter makes a Writer of the columns named by only, in that order, or of all when there are none.
func NewWriter(w io.Writer, format, table string, only []string) (*Writer, error) {
	if !slices.Contains(Formats, format) {
		return nil, fmt.Errorf("format %q must be csv or parquet", format)
	}
	return &Writer{format: format, table: table, only: only, out: bufio.NewWriterSize(w, 1<<18)}, nil
}

// Head takes the names and ClickHouse types of a report's columns.
func (w *Writer) Head(names, types []string) (err error) {
	wanted := w.only
	if len(wanted) == 0 {
		wanted = names
	}
	for _, name := range wanted {
		place := slices.Index(names, name)
		if place < 0 {
			return fmt.Errorf("the report has no column %q", name)
		}
		c, err := parseColumn(name, types[place])
		if err != nil {
			return err
		}
		w.columns, w.places = append(w.columns, c), append(w.places, place)
	}
	w.cells = make([]cell, len(w.columns))
	w.encoder, err = newEncoder(w.format, w.out, w.table, w.columns)
	return err
}

// Row takes pointers to the values of a row.
func (w *Writer) Row(values []any) error {
	for i, place := range w.places {
		c, err := w.columns[i].cell(values[place])
		if err != nil {
			return err
		}
		w.cells[i] = c
	}
	w.Rows++
	return w.encoder.Write(w.cells)
}

// Close writes what is left.
func (w *Writer) Close() error {
	if err := w.encoder.Close(); err != nil {
		return fmt.Errorf("end %s: %w", w.format, err)
	}
	return w.out.Flush()
}
