package chserver

import (
	"context"
	"errors"
	"io"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/block"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// insertBuffer is how much of an insert's data goes to the engine at once.
const insertBuffer = 1 << 20

// insert stores data in a format of the engine.
func (r *running) insert(ctx context.Context, head, format string, data io.Reader) (engine.Stats, error) {
	in, err := r.conn.Insert(ctx, engine.Statement{SQL: head, Format: format, Params: r.params})
	if err != nil {
		return engine.Stats{}, err
	}
	defer in.Close()
	if _, err := io.CopyBuffer(in, onlyReader{data}, make([]byte, insertBuffer)); err != nil {
		return engine.Stats{}, err
	}
	if ctx.Err() != nil { // data that ended because its sender left is not all of it
		return engine.Stats{}, context.Cause(ctx)
	}
	return in.Done()
}

// onlyReader keeps io.CopyBuffer from handing all of the data over in one piece.
type onlyReader struct{ io.Reader }

// insertBlocks stores the blocks that next returns until io.EOF.
func (r *running) insertBlocks(ctx context.Context, head string, next func(context.Context) (block.Block, error)) (engine.Stats, error) {
	in, err := r.conn.Insert(ctx, engine.Statement{SQL: head, Format: "Native", Params: r.params})
	if err != nil {
		return engine.Stats{}, err
	}
	defer in.Close()
	var buf []byte
	for {
		b, err := next(ctx)
		if errors.Is(err, io.EOF) {
			return in.Done()
		}
		if err != nil {
			return engine.Stats{}, err
		}
		buf = b.Append(buf[:0], 0)
		if _, err := in.Write(buf); err != nil {
			return engine.Stats{}, err
		}
	}
}
