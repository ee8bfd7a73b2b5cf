package engine

import (
	"context"
	"errors"
	"unsafe"
)

// Insert takes the data of an INSERT in pieces of any size, in the statement's format. The engine
// cuts it into blocks of about a million rows; each block is stored whole or not at all.
type Insert struct {
	conn   *Conn
	ctx    context.Context
	handle unsafe.Pointer
}

// Insert starts an INSERT. The statement has neither a FORMAT clause nor VALUES nor data.
func (c *Conn) Insert(ctx context.Context, s Statement) (*Insert, error) {
	handle := s.call(c.engine.lib.insert, c.handle)
	if err := parseError(c.engine.lib.insertError(handle)); err != nil {
		c.engine.lib.insertDestroy(handle)
		return nil, err
	}
	return &Insert{conn: c, ctx: ctx, handle: handle}, nil
}

// errInsertClosed is for a stream that failed without saying why.
var errInsertClosed = errors.New("the engine ended the insert")

// Write appends data. It blocks while the engine is behind.
func (i *Insert) Write(data []byte) (int, error) {
	if len(data) == 0 {
		return 0, nil
	}
	var m memory
	defer m.free()
	stop := i.conn.killOnDone(i.ctx)
	state := i.conn.engine.lib.insertAppend(i.handle, m.bytes(data), uintptr(len(data)))
	stop()
	if state == 0 {
		return len(data), nil
	}
	if err := parseError(i.conn.engine.lib.insertError(i.handle)); err != nil {
		return 0, cancelled(i.ctx, err)
	}
	return 0, errInsertClosed
}

// Done says that the data is complete and waits until it is stored.
func (i *Insert) Done() (Stats, error) {
	lib := i.conn.engine.lib
	stop := i.conn.killOnDone(i.ctx)
	result := lib.insertDone(i.handle)
	stop()
	defer lib.destroy(result)
	if err := parseError(lib.resultError(result)); err != nil {
		return Stats{}, cancelled(i.ctx, err)
	}
	if err := cutOff(i.ctx); err != nil {
		return Stats{}, err
	}
	return lib.stats(result), nil
}

// Close frees the insert; without Done before, what has not been stored yet is dropped.
func (i *Insert) Close() { i.conn.engine.lib.insertDestroy(i.handle) }
