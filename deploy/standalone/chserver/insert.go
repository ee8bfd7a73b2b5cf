package chserver

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
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
func (r *running) insertBlocks(ctx context.Context, head string, next func(context.Context) (*proto.Block, error)) (engine.Stats, error) {
	in, err := r.conn.Insert(ctx, engine.Statement{SQL: head, Format: "Native", Params: r.params})
	if err != nil {
		return engine.Stats{}, err
	}
	defer in.Close()
	for {
		block, err := next(ctx)
		if errors.Is(err, io.EOF) {
			return in.Done()
		}
		if err != nil {
			return engine.Stats{}, err
		}
		data, err := encodeForEngine(block)
		if err != nil {
			return engine.Stats{}, err
		}
		if _, err := in.Write(data); err != nil {
			return engine.Stats{}, err
		}
	}
}

// insertColumns are the columns that an insert's blocks must have.
func (r *running) insertColumns(ctx context.Context, in sqltext.Insert) ([]column, error) {
	table := in.Target
	names, plain := sqltext.Names(in.Columns)
	if in.Columns != "" && !plain { // such as (* EXCEPT(x)): let the engine expand it
		return r.describe(ctx, "(SELECT "+in.Columns[1:len(in.Columns)-1]+" FROM "+table+")", nil)
	}
	return r.describe(ctx, "TABLE "+table, names)
}

// describe returns the columns of a table or subquery: the named ones in their order, or all that can
// be inserted.
func (r *running) describe(ctx context.Context, what string, names []string) ([]column, error) {
	result, err := r.conn.Exec(ctx, engine.Statement{SQL: "DESCRIBE " + what, Format: "TabSeparated", Params: r.params})
	if err != nil {
		return nil, err
	}
	var all []column
	for _, fields := range tabSeparated(result.Data) {
		if len(fields) > 2 && len(names) == 0 && slices.Contains([]string{"MATERIALIZED", "ALIAS", "EPHEMERAL"}, fields[2]) {
			continue
		}
		all = append(all, column{fields[0], fields[1]})
	}
	if len(names) == 0 {
		return all, nil
	}
	picked := make([]column, 0, len(names))
	for _, name := range names {
		i := slices.IndexFunc(all, func(c column) bool { return c.Name == name })
		if i < 0 {
			return nil, exception(16, "NO_SUCH_COLUMN_IN_TABLE", "No such column %s in table %s", name, what)
		}
		picked = append(picked, all[i])
	}
	return picked, nil
}

// columns are the names and types of a result that has no rows: by asking for them, or else, for
// statements that cannot be described, by running them again in a format that tells.
func (r *running) columns(ctx context.Context) ([]column, error) {
	sql, _ := r.text.Output()
	if r.text.Reads() {
		if columns, err := r.describe(ctx, "("+sql+"\n)", nil); err == nil {
			return columns, nil
		}
	}
	result, err := r.conn.Exec(ctx, engine.Statement{SQL: sql, Format: "TabSeparatedWithNamesAndTypes", Params: r.params})
	if err != nil {
		return nil, err
	}
	var columns []column
	if lines := tabSeparated(result.Data); len(lines) >= 2 && len(lines[0]) == len(lines[1]) {
		for i, name := range lines[0] {
			columns = append(columns, column{name, lines[1][i]})
		}
	}
	return columns, nil
}
