package chserver

import (
	"context"
	"errors"
	"io"
	"strings"

	chproto "github.com/ClickHouse/ch-go/proto"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/block"
	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// execute runs one statement of the native protocol.
func (c *nativeConn) execute(ctx context.Context, wire *wireQuery) error {
	if err := c.noExternalTables(); err != nil {
		return err
	}
	r, err := c.server.begin(ctx, c.session, c.server.fromNative(wire))
	if err != nil {
		return err
	}
	defer r.end()
	if in, ok := r.text.Insert(); ok {
		return c.insert(ctx, r, in)
	}
	if r.text.Reads() && r.analysis.Class == engine.ReadOnly {
		return c.selectRows(ctx, r)
	}
	return c.other(ctx, r)
}

// noExternalTables reads the blocks that follow a query: the tables it brings along, up to an empty block.
func (c *nativeConn) noExternalTables() error {
	external := false
	for {
		p, err := c.next()
		if err != nil {
			return err
		}
		if p.block == nil {
			return exception(codeUnknownPacket, "UNKNOWN_PACKET_FROM_CLIENT", "Unexpected packet after a query")
		}
		if len(p.block.Columns) == 0 {
			break
		}
		external = true
	}
	if external {
		return notImplemented("external tables")
	}
	return nil
}

// fromNative takes text, settings and parameters from a Query packet.
func (s *Server) fromNative(wire *wireQuery) *query {
	q := &query{text: sqltext.Parse(wire.Text), settings: make(map[string]string)}
	for _, set := range wire.Settings {
		if set.Important || s.engine.KnowsSetting(set.Name) {
			q.settings[set.Name] = set.Value
		}
	}
	for _, p := range wire.Params {
		value := p.Value
		if text, n, ok := sqltext.Unquote(value); ok && strings.HasPrefix(value, "'") && n == len(value) {
			value = text
		}
		q.params = append(q.params, engine.Param{Name: p.Name, Value: value})
	}
	return q
}

// selectRows streams the rows of a SELECT.
func (c *nativeConn) selectRows(ctx context.Context, r *running) error {
	stream, err := r.conn.Stream(ctx, engine.Statement{SQL: r.sql, Format: "Native", Params: r.params})
	if err != nil {
		return err
	}
	defer stream.Close()
	rows := &rowWriter{run: r, revision: c.revision, send: c.out.data}
	var total chproto.Profile
	for {
		data, stats, err := stream.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		total.Rows += stats.Rows
		total.Bytes += stats.Bytes
		total.Blocks++
		if err := rows.write(ctx, data); err != nil {
			return err
		}
		if err := c.out.progress(chproto.Progress{Rows: stats.ReadRows, Bytes: stats.ReadBytes}); err != nil {
			return err
		}
	}
	if err := rows.end(ctx); err != nil {
		return err
	}
	return c.out.packet(func(b *chproto.Buffer) { total.EncodeAware(b, c.revision) })
}

// other runs what does not stream: SHOW, EXPLAIN and the like with a short answer, DDL with none.
func (c *nativeConn) other(ctx context.Context, r *running) error {
	result, err := r.run(ctx, "Native")
	if err != nil {
		return err
	}
	rows := &rowWriter{run: r, revision: c.revision, send: c.out.data}
	if err := rows.write(ctx, result.Data); err != nil {
		return err
	}
	if r.analysis.Class == engine.ReadOnly {
		if err := rows.end(ctx); err != nil {
			return err
		}
	}
	return c.out.progress(chproto.Progress{WroteRows: result.WrittenRows, WroteBytes: result.WrittenBytes})
}

// insert asks for blocks, unless the data came with the statement, and stores them.
func (c *nativeConn) insert(ctx context.Context, r *running, in sqltext.Insert) error {
	if strings.TrimSpace(in.Data) != "" {
		stats, err := r.insert(ctx, in.Head, in.Format, strings.NewReader(in.Data))
		if err != nil {
			return err
		}
		return c.out.progress(chproto.Progress{WroteRows: stats.WrittenRows, WroteBytes: stats.WrittenBytes})
	}
	header, err := r.insertColumns(ctx, in)
	if err != nil {
		return err
	}
	if err := c.out.data(header.Append(nil, c.revision)); err != nil {
		return err
	}
	stats, err := r.insertBlocks(ctx, in.Head, c.nextBlock)
	if err != nil {
		return err
	}
	return c.out.progress(chproto.Progress{WroteRows: stats.WrittenRows, WroteBytes: stats.WrittenBytes})
}

// nextBlock is the next block of an insert, io.EOF after the last.
func (c *nativeConn) nextBlock(ctx context.Context) (block.Block, error) {
	select {
	case p := <-c.packets:
		if p.block == nil {
			return block.Block{}, exception(codeUnknownPacket, "UNKNOWN_PACKET_FROM_CLIENT", "Unexpected packet among the blocks of an insert")
		}
		if err := c.out.profileEvents(); err != nil {
			return block.Block{}, err
		}
		if p.block.Rows == 0 {
			return block.Block{}, io.EOF
		}
		return *p.block, nil
	case <-ctx.Done():
		return block.Block{}, context.Cause(ctx)
	}
}
