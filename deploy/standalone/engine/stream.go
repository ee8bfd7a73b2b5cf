package engine

import (
	"context"
	"io"
	"unsafe"
)

// Stream is the output of a SELECT, block by block: the engine runs at most a few blocks ahead of
// the reader.
//
// Every chunk is formatted on its own, so the chunks can be put together only in formats without
// head and foot, such as Native, TabSeparated, CSV, RowBinary, JSONEachRow.
type Stream struct {
	conn   *Conn
	ctx    context.Context
	handle unsafe.Pointer
	chunk  unsafe.Pointer
	ended  bool
}

// Stream starts a SELECT. Other statements are refused with code 36.
func (c *Conn) Stream(ctx context.Context, s Statement) (*Stream, error) {
	stop := c.killOnDone(ctx)
	handle := s.call(c.engine.lib.stream, c.handle)
	stop()
	if err := parseError(c.engine.lib.resultError(handle)); err != nil {
		c.engine.lib.destroy(handle)
		return nil, cancelled(ctx, err)
	}
	return &Stream{conn: c, ctx: ctx, handle: handle}, nil
}

// Next returns the next chunk, valid until the next call, and io.EOF after the last.
func (s *Stream) Next() ([]byte, Stats, error) {
	lib := s.conn.engine.lib
	s.drop()
	if s.ended {
		return nil, Stats{}, io.EOF
	}
	stop := s.conn.killOnDone(s.ctx)
	s.chunk = lib.fetch(session(s.conn.handle), s.handle)
	stop()
	if err := parseError(lib.resultError(s.chunk)); err != nil {
		s.ended = true
		return nil, Stats{}, cancelled(s.ctx, err)
	}
	stats := lib.stats(s.chunk)
	data := lib.view(s.chunk)
	if len(data) == 0 && stats.Rows == 0 {
		s.ended = true
		if err := cutOff(s.ctx); err != nil {
			return nil, stats, err
		}
		return nil, stats, io.EOF
	}
	return data, stats, nil
}

func (s *Stream) drop() {
	if s.chunk != nil {
		s.conn.engine.lib.destroy(s.chunk)
		s.chunk = nil
	}
}

// Close ends the query if it still runs and frees its memory.
func (s *Stream) Close() {
	s.drop()
	if !s.ended {
		s.conn.engine.kill(s.conn.tag)
		s.conn.engine.lib.cancelStream(session(s.conn.handle), s.handle)
	}
	s.conn.engine.lib.destroy(s.handle)
}
