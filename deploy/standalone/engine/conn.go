package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// Conn is one engine connection. It is not safe for concurrent use.
type Conn struct {
	engine *Engine
	handle unsafe.Pointer
	tag    string // names this connection's queries in system.processes
	slot   bool

	settings map[string]string
	database string
}

// Result is the whole output of a statement.
type Result struct {
	Data []byte
	Stats
}

// Stats are the engine's figures for a statement or for one chunk of a stream.
type Stats struct {
	Rows, Bytes               uint64 // of the result
	ReadRows, ReadBytes       uint64 // read from storage
	WrittenRows, WrittenBytes uint64
}

// Exec runs a statement and returns its whole output: for statements with a short answer or none.
func (c *Conn) Exec(ctx context.Context, s Statement) (Result, error) {
	stop := c.killOnDone(ctx)
	result := s.call(c.engine.lib.query, c.handle)
	stop()
	defer c.engine.lib.destroy(result)
	if err := parseError(c.engine.lib.resultError(result)); err != nil {
		c.forget()
		return Result{}, cancelled(ctx, err)
	}
	if err := cutOff(ctx); err != nil {
		c.forget()
		return Result{}, err
	}
	return Result{Data: bytes.Clone(c.engine.lib.view(result)), Stats: c.engine.lib.stats(result)}, nil
}

// forget takes away what a failed statement had put out before it failed: the library would hand it over
// in front of the next statement's output.
func (c *Conn) forget() {
	c.engine.lib.destroy(Statement{SQL: "SELECT 1 FORMAT Null"}.call(c.engine.lib.query, c.handle))
}

// Use changes the current database.
func (c *Conn) Use(ctx context.Context, database string) error {
	_, err := c.Exec(ctx, Statement{SQL: "USE {database:Identifier}", Params: []Param{{"database", Escape(database)}}})
	if err == nil {
		c.database = database
	}
	return err
}

// Side opens a second connection like this one, for a question about a statement while this one runs
// it. It takes no slot, so that it cannot wait for itself; ask something short and close it.
func (c *Conn) Side(ctx context.Context) (*Conn, error) {
	side, err := c.engine.open(c.settings)
	if err != nil || c.database == "" {
		return side, err
	}
	if err := side.Use(ctx, c.database); err != nil {
		side.Close()
		return nil, err
	}
	return side, nil
}

// Close gives the connection back. Streams and inserts must have been closed before.
func (c *Conn) Close() {
	c.engine.lib.closeConn(c.handle)
	if c.slot {
		<-c.engine.slots
	}
}

// view is the output of a result where the library keeps it; valid until the result is destroyed.
func (l *library) view(result unsafe.Pointer) []byte {
	n := l.length(result)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(l.buffer(result)), n)
}

func (l *library) stats(result unsafe.Pointer) Stats {
	return Stats{
		Rows: l.rows(result), Bytes: l.bytes(result),
		ReadRows: l.storageRows(result), ReadBytes: l.storageBytes(result),
		WrittenRows: l.rowsWritten(result), WrittenBytes: l.bytesWritten(result),
	}
}

// cancelled tells a query that was killed for its context from one that somebody else killed.
func cancelled(ctx context.Context, err error) error {
	var e *Error
	if ctx.Err() != nil && errors.As(err, &e) && e.Code == CodeQueryCancelled {
		return fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	return err
}

// cutOff is the error of a statement whose context ended while it ran. The engine may have cut it off and
// call that a success: an output can end anywhere then, also before its first row.
func cutOff(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("statement may have been cut off: %w", context.Cause(ctx))
	}
	return nil
}

// Escape puts a text into the form in which parameter values are read.
func Escape(s string) string { return escaper.Replace(s) }

var escaper = strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r", "\b", "\\b", "\f", "\\f", "\x00", "\\0")

func lines(b []byte) []string { return strings.Split(strings.TrimRight(string(b), "\n"), "\n") }

func firstLine(b []byte) string { return lines(b)[0] }
