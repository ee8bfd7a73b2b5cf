package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
)

// csvWriter writes RFC 4180: a header, lines that end in CR LF, quotes where they are needed. NULL is
// an empty cell, an empty text is "". A text that a spreadsheet would take for a formula gets a
// leading quote; numbers are no text and stay as they are.
type csvWriter struct {
	w       io.Writer
	columns []column
	line    []byte
}

func newCSVWriter(w io.Writer, columns []column) (*csvWriter, error) {
	c := &csvWriter{w: w, columns: columns}
	for i := range columns {
		c.separate(i)
		c.text(columns[i].name)
	}
	return c, c.end()
}

func (c *csvWriter) Write(row []cell) error {
	for i := range row {
		c.separate(i)
		if err := c.cell(&c.columns[i], &row[i]); err != nil {
			return err
		}
	}
	return c.end()
}

func (c *csvWriter) Close() error { return nil }

func (c *csvWriter) separate(i int) {
	if i > 0 {
		c.line = append(c.line, ',')
	}
}

func (c *csvWriter) end() error {
	_, err := c.w.Write(append(c.line, '\r', '\n'))
	c.line = c.line[:0]
	return err
}

func (c *csvWriter) cell(col *column, v *cell) error {
	switch {
	case v.null:
	case col.list:
		return c.list(col, v.items)
	case col.kind == text:
		c.text(v.value.String())
	default:
		c.line = appendPlain(c.line, col.kind, v.value)
	}
	return nil
}

// list writes a JSON array into one cell.
func (c *csvWriter) list(col *column, items []parquet.Value) error {
	list := make([]json.RawMessage, len(items))
	for i, item := range items {
		switch col.kind {
		case signed, unsigned, decimal, boolean:
			list[i] = appendPlain(nil, col.kind, item)
		default:
			b, err := json.Marshal(string(appendPlain(nil, col.kind, item)))
			if err != nil {
				return fmt.Errorf("encode list of column %q: %w", col.name, err)
			}
			list[i] = b
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("encode list of column %q: %w", col.name, err)
	}
	c.quoted(string(b))
	return nil
}

// text writes a text, safe in a spreadsheet.
func (c *csvWriter) text(s string) {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		s = "'" + s
	}
	c.quoted(s)
}

func (c *csvWriter) quoted(s string) {
	if s != "" && !strings.ContainsAny(s, "\",\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		c.line = append(c.line, s...)
		return
	}
	c.line = append(c.line, '"')
	c.line = append(c.line, strings.ReplaceAll(s, `"`, `""`)...)
	c.line = append(c.line, '"')
}

// appendPlain writes a value that needs no quotes, or the bare text of one that does.
func appendPlain(b []byte, k kind, v parquet.Value) []byte {
	switch k {
	case signed:
		return strconv.AppendInt(b, v.Int64(), 10)
	case unsigned:
		return strconv.AppendUint(b, v.Uint64(), 10)
	case decimal:
		return strconv.AppendFloat(b, v.Double(), 'g', -1, 64)
	case boolean:
		return strconv.AppendBool(b, v.Boolean())
	case date:
		return time.Unix(int64(v.Int32())*secondsPerDay, 0).UTC().AppendFormat(b, time.DateOnly)
	case instant:
		return time.UnixMilli(v.Int64()).UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	default:
		return append(b, v.ByteArray()...)
	}
}
