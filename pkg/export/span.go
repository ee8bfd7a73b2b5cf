package export

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/google/renameio/v2"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// Span is local days of one time zone, and the sites of which they are wanted: none stands for all.
type Span struct {
	Days  []ledger.Day
	Sites []string
}

// Copy writes the rows that a daily table has of the spans, day after day, and calls after behind each
// day. Sites, and within them the table's own order, bound the order of a day's rows. Writer.Close is
// left to the caller. Each day is read by a statement of its own: a day that is published anew
// meanwhile is in it as it was, or as it is then, never in part.
func Copy(ctx context.Context, rows Rows, w *Writer, table string, spans []Span, after func()) error {
	var names, types []string
	head := func(n, t []string) error {
		if names == nil {
			names, types = n, t
			return w.Head(n, t)
		}
		if !slices.Equal(names, n) || !slices.Equal(types, t) {
			return errors.New("the table has changed meanwhile")
		}
		return nil
	}
	for _, span := range spans {
		for _, day := range span.Days {
			if err := stream(ctx, rows, table, day.Date.String(), day.Zone.String(), span.Sites, head, w.Row); err != nil {
				return fmt.Errorf("export %s of %s: %w", table, day, err)
			}
			after()
		}
	}
	if names == nil {
		return fmt.Errorf("export %s: no day to export", table)
	}
	return nil
}

// WriteFile writes the rows of Copy into a file that is there whole, or not at all: what was at the
// path before stays until then. It returns the number of rows.
func WriteFile(ctx context.Context, path string, rows Rows, format, table string, spans []Span, after func()) (written uint64, err error) {
	file, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return 0, fmt.Errorf("create file: %w", err)
	}
	defer func() { err = errors.Join(err, cleanup(file)) }()
	w, err := NewWriter(file, format, table, nil)
	if err != nil {
		return 0, err
	}
	if err := Copy(ctx, rows, w, table, spans, after); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	if err := file.CloseAtomicallyReplace(); err != nil {
		return 0, fmt.Errorf("put %s in its place: %w", path, err)
	}
	return w.Rows, nil
}

// cleanup removes what was not put in its place.
func cleanup(file *renameio.PendingFile) error {
	if err := file.Cleanup(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("remove unfinished file: %w", err)
	}
	return nil
}

// stream reads what a table has of one local day.
func stream(ctx context.Context, rows Rows, table, day, zone string, sites []string, head func(names, types []string) error, row func([]any) error) error {
	values := map[string]string{"day": day, "tz": zone, "sites": param.List(sites)}
	return rows.Stream(ctx, "export_"+table, values, head, row)
}
