package chserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/block"
)

// rowWriter passes the engine's Native output on to a client, as blocks of its revision behind a
// header block without rows, which clients take names and types from.
type rowWriter struct {
	run      *running
	revision int
	send     func([]byte) error // one block
	header   *block.Block       // nil before it was sent
	buf      []byte
}

// write sends what a chunk of output holds.
func (w *rowWriter) write(ctx context.Context, data []byte) error {
	in := bytes.NewReader(data)
	for {
		b, err := block.Read(in, 0)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return exception(codeNotImplemented, "NOT_IMPLEMENTED", "Cannot pass on a result: %v", err)
		}
		if w.header == nil {
			if err := w.begin(w.withZones(ctx, b.Header())); err != nil {
				return err
			}
		}
		for i := range b.Columns {
			b.Columns[i].Type = w.header.Columns[i].Type
		}
		w.buf = b.Append(w.buf[:0], w.revision)
		if err := w.send(w.buf); err != nil {
			return err
		}
	}
}

// begin sends the header.
func (w *rowWriter) begin(header block.Block) error {
	w.header = &header
	return w.send(header.Append(nil, w.revision))
}

// end sends the header of a result that had no rows.
func (w *rowWriter) end(ctx context.Context) error {
	if w.header != nil {
		return nil
	}
	if w.run.text.Reads() {
		if header, err := w.run.columns(ctx); err == nil {
			return w.begin(header)
		}
	}
	header, err := w.run.columnsByRunning(ctx)
	if err != nil {
		return err
	}
	return w.begin(header)
}

// withZones completes the types of a header. At revision 0 the engine leaves the time zone of a
// DateTime out, so that the types are asked for when there is one.
func (w *rowWriter) withZones(ctx context.Context, header block.Block) block.Block {
	isDateTime := func(c block.Column) bool { return c.Type == "DateTime" }
	if !w.run.text.Reads() || !slices.ContainsFunc(header.Columns, isDateTime) {
		return header
	}
	described, err := w.run.columns(ctx)
	if err != nil || len(described.Columns) != len(header.Columns) {
		return header // the instants are right without the zone
	}
	for i, c := range header.Columns {
		if isDateTime(c) {
			header.Columns[i].Type = described.Columns[i].Type
		}
	}
	return header
}
