package chserver

import (
	"context"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// rowWriter passes the engine's Native output on to a client, as blocks of its revision behind a
// header block without rows, which clients take names and types from.
type rowWriter struct {
	run      *running
	revision int
	send     func(encode func(*chproto.Buffer) error) error // one block
	columns  []column                                       // nil before the header was sent
}

// write sends what a chunk of output holds.
func (w *rowWriter) write(ctx context.Context, data []byte) error {
	return eachBlock(data, func(b *proto.Block) error {
		if w.columns == nil {
			if err := w.header(w.typesOf(ctx, b)); err != nil {
				return err
			}
		}
		return w.send(func(buf *chproto.Buffer) error { return encodeBlock(buf, b, w.columns, w.revision) })
	})
}

// end sends the header of a result that had no rows.
func (w *rowWriter) end(ctx context.Context) error {
	if w.columns != nil {
		return nil
	}
	if w.run.text.Reads() {
		if columns, err := w.run.columns(ctx); err == nil {
			return w.header(columns)
		}
	}
	columns, err := w.run.columnsByRunning(ctx)
	if err != nil {
		return err
	}
	return w.header(columns)
}

func (w *rowWriter) header(columns []column) error {
	w.columns = columns
	return w.send(func(buf *chproto.Buffer) error { encodeHeader(buf, columns, w.revision); return nil })
}

// typesOf are the names and types of a block. At revision 0 the engine leaves the time zone of a
// DateTime out, so that the types are asked for when there is one.
func (w *rowWriter) typesOf(ctx context.Context, b *proto.Block) []column {
	columns := make([]column, len(b.Columns))
	ask := false
	for i, c := range b.Columns {
		columns[i] = column{c.Name(), string(c.Type())}
		ask = ask || columns[i].Type == "DateTime"
	}
	if !ask || !w.run.text.Reads() {
		return columns
	}
	described, err := w.run.columns(ctx)
	if err != nil || len(described) != len(columns) {
		return columns // the instants are right without the zone
	}
	for i := range columns {
		if columns[i].Type == "DateTime" {
			columns[i].Type = described[i].Type
		}
	}
	return columns
}
