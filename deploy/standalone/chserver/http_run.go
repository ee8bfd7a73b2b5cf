package chserver

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// run executes a statement and writes its answer.
func (o *output) run(ctx context.Context, r *running, req *request) error {
	if _, ok := r.text.Insert(); ok {
		return o.insert(ctx, r, req)
	}
	o.format = req.format
	pass, end := o.passer(ctx, r, req)
	chunks, ok := chunkingOf(r.text, req.format, req.settings)
	if !ok || r.analysis.Class != engine.ReadOnly {
		return o.whole(ctx, r, req.format, pass, end)
	}
	stream, err := r.conn.Stream(ctx, engine.Statement{SQL: r.sql, Format: req.format, Params: r.params})
	if err != nil {
		return err
	}
	defer stream.Close()
	if err := o.chunks(stream, chunks, pass); err != nil {
		return err
	}
	if err := end(); err != nil {
		return err
	}
	return o.end()
}

// chunks writes a stream.
func (o *output) chunks(stream *engine.Stream, how chunking, pass func([]byte) error) error {
	for first := true; ; first = false {
		data, stats, err := stream.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		o.stats.Rows += stats.Rows
		o.stats.Bytes += stats.Bytes
		o.stats.ReadRows += stats.ReadRows
		o.stats.ReadBytes += stats.ReadBytes
		if how.head != nil && !first {
			data = data[how.head(data):]
		}
		if err := pass(data); err != nil {
			return err
		}
	}
}

// whole writes a result that is built in one piece.
func (o *output) whole(ctx context.Context, r *running, format string, pass func([]byte) error, end func() error) error {
	result, err := r.run(ctx, format)
	if err != nil {
		return err
	}
	if limit := o.server.config.MaxDocumentBytes; len(result.Data) > limit {
		return exception(codeTooManyRowsOrBytes, "TOO_MANY_ROWS_OR_BYTES",
			"The result has %d bytes; format %s is built whole and may have %d: ask for JSONEachRow, CSV, TabSeparated or RowBinary", len(result.Data), format, limit)
	}
	o.stats = result.Stats
	if len(result.Data) > 0 {
		if err := pass(result.Data); err != nil {
			return err
		}
	}
	if r.analysis.Class == engine.ReadOnly {
		if err := end(); err != nil {
			return err
		}
	}
	return o.end()
}

// passer returns what hands the engine's output to the client, and what ends the result: as it is, or,
// for Native with a client's protocol version, encoded for that version.
func (o *output) passer(ctx context.Context, r *running, req *request) (pass func([]byte) error, end func() error) {
	client, err := strconv.Atoi(req.form.Get("client_protocol_version"))
	if err != nil || client <= 0 || !strings.EqualFold(req.format, "Native") {
		return func(data []byte) error { _, err := o.Write(data); return err }, func() error { return nil }
	}
	write := func(data []byte) error { _, err := o.Write(data); return err }
	rows := &rowWriter{run: r, revision: min(client, revision), send: write}
	return func(data []byte) error { return rows.write(ctx, data) }, func() error { return rows.end(ctx) }
}

// insert stores the data of a request.
func (o *output) insert(ctx context.Context, r *running, req *request) error {
	format := req.insert.Format
	if format == "" {
		format = req.format
	}
	stats, err := r.insert(ctx, req.insert.Head, format, req.data)
	if err != nil {
		return err
	}
	o.stats = stats
	return o.end()
}
