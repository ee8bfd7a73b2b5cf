package chserver

import (
	"context"
	"fmt"
	"slices"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/block"
	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// insertColumns are the columns that an insert's blocks must have.
func (r *running) insertColumns(ctx context.Context, in sqltext.Insert) (block.Block, error) {
	table := in.Target
	names, plain := sqltext.Names(in.Columns)
	if in.Columns != "" && !plain { // such as (* EXCEPT(x)): let the engine expand it
		return r.describe(ctx, r.conn, "(SELECT "+in.Columns[1:len(in.Columns)-1]+" FROM "+table+")", nil)
	}
	return r.describe(ctx, r.conn, "TABLE "+table, names)
}

// describe returns the columns of a table or subquery: the named ones in their order, or all that can
// be inserted.
func (r *running) describe(ctx context.Context, conn *engine.Conn, what string, names []string) (block.Block, error) {
	result, err := conn.Exec(ctx, engine.Statement{SQL: "DESCRIBE " + what, Format: "TabSeparated", Params: r.params})
	if err != nil {
		return block.Block{}, err
	}
	var all []block.Column
	for _, fields := range tabSeparated(result.Data) {
		if len(fields) < 2 {
			return block.Block{}, fmt.Errorf("describe %s: the engine answers %q", what, fields)
		}
		if len(fields) > 2 && len(names) == 0 && slices.Contains([]string{"MATERIALIZED", "ALIAS", "EPHEMERAL"}, fields[2]) {
			continue
		}
		all = append(all, block.Column{Name: fields[0], Type: fields[1]})
	}
	if len(names) == 0 {
		return block.Block{Columns: all}, nil
	}
	var picked block.Block
	for _, name := range names {
		i := slices.IndexFunc(all, func(c block.Column) bool { return c.Name == name })
		if i < 0 {
			return block.Block{}, exception(16, "NO_SUCH_COLUMN_IN_TABLE", "No such column %s in table %s", name, what)
		}
		picked.Columns = append(picked.Columns, all[i])
	}
	return picked, nil
}

// columns are the names and types of a SELECT's result, found without running it.
func (r *running) columns(ctx context.Context) (block.Block, error) {
	side, err := r.conn.Side(ctx)
	if err != nil {
		return block.Block{}, err
	}
	defer side.Close()
	return r.describe(ctx, side, "("+r.sql+"\n)", nil)
}

// columnsByRunning are the names and types of a result without rows, found by running the statement
// again in a format that names them: for SHOW and its like, and where a SELECT cannot be described.
func (r *running) columnsByRunning(ctx context.Context) (block.Block, error) {
	side, err := r.conn.Side(ctx)
	if err != nil {
		return block.Block{}, err
	}
	defer side.Close()
	result, err := side.Exec(ctx, engine.Statement{SQL: r.sql, Format: "TabSeparatedWithNamesAndTypes", Params: r.params})
	if err != nil {
		return block.Block{}, err
	}
	var header block.Block
	if lines := tabSeparated(result.Data); len(lines) >= 2 && len(lines[0]) == len(lines[1]) {
		for i, name := range lines[0] {
			header.Columns = append(header.Columns, block.Column{Name: name, Type: lines[1][i]})
		}
	}
	return header, nil
}
