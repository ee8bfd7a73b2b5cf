// Package warehouse is the only code that knows ClickHouse: open, migrate, insert, roll up, report.
//
// Every statement stands in schemas/, one per file, and takes its values as typed parameters.
// Insert returns nil only after ClickHouse has stored all rows on disk; it may be called again with
// the same rows, since rows with the same ids collapse.
package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/schemas"
)

// Warehouse speaks to one ClickHouse database. It is safe for concurrent use.
type Warehouse struct {
	// ViewsPerBucket is about how many views one step of a run holds in memory; several steps run at once.
	ViewsPerBucket uint64
	// Rules are what Stage and AddressViews need.
	Rules Rules

	conn    driver.Conn
	options *clickhouse.Options
}

// New prepares the connections; the first statement opens one.
func New(cfg Config) (*Warehouse, error) {
	options, err := cfg.options()
	if err != nil {
		return nil, err
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return nil, fmt.Errorf("open clickhouse at %s: %w", strings.Join(cfg.Addr, ", "), err)
	}
	return &Warehouse{ViewsPerBucket: viewsPerBucket, conn: conn, options: options}, nil
}

// Ping asks for an answer.
func (w *Warehouse) Ping(ctx context.Context) error {
	if err := w.conn.Ping(ctx); err != nil {
		return fmt.Errorf("ping clickhouse at %s: %w", strings.Join(w.options.Addr, ", "), err)
	}
	return nil
}

// Start waits for nothing: the connections open when they are needed.
func (w *Warehouse) Start(context.Context) error { return nil }

// Stop closes the connections.
func (w *Warehouse) Stop(context.Context) error { return w.conn.Close() }

// statement reads the SQL of schemas/NAME.sql. A name that does not exist is a fault of the program,
// and shows in the first test that runs the statement.
func statement(name string) (string, error) {
	b, err := schemas.SQL.ReadFile(name + ".sql")
	if err != nil {
		return "", fmt.Errorf("read statement: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// params are a statement's parameters, as ClickHouse writes their values.
type params map[string]string

func (w *Warehouse) exec(ctx context.Context, name string, p params) error {
	sql, err := statement(name)
	if err != nil {
		return err
	}
	if err := w.conn.Exec(withParams(ctx, p), sql); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return nil
}

// query runs a statement and hands each row to scan.
func (w *Warehouse) query(ctx context.Context, name string, p params, scan func(driver.Rows) error) error {
	sql, err := statement(name)
	if err != nil {
		return err
	}
	rows, err := w.conn.Query(withParams(ctx, p), sql)
	if err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("read row of %s: %w", name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

func withParams(ctx context.Context, p params) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters(p)))
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// codeTableExists is ClickHouse's TABLE_ALREADY_EXISTS.
const codeTableExists = 57

func isCode(err error, code int32) bool {
	var e *clickhouse.Exception
	return errors.As(err, &e) && e.Code == code
}
