// Package export writes each published day as files that spreadsheets, pandas and DuckDB read:
//
//	DIR/Europe.Vienna/2026-01-31/manifest.json
//	DIR/Europe.Vienna/2026-01-31/daily_ip_access.csv
//	DIR/Europe.Vienna/2026-01-31/daily_ip_access.parquet
//	…
//
// A day is there whole or not at all. 2026-01-31 is a symbolic link to a folder that belongs to one
// run and never changes; a new run is written and fsynced into a folder beside it, and then the link
// is replaced by a rename. So whoever opens a file by the link's path reads the old run or the new
// one, never a part. Who reads several files of a day resolves the link once and then works in the
// folder that it names: that stays for the configured time after it has been replaced. Folders of
// writes that were cut short are removed by later exports.
//
// The columns are whatever schemas/reports/export_TABLE.sql selects: this package knows types, not
// tables.
package export

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Rows reads a report row by row. It hands over the names and ClickHouse types of the columns first,
// even when there are no rows, and then pointers to the values of each row, which it may use again
// for the next one. It ends early when head or row returns an error.
type Rows interface {
	Stream(ctx context.Context, report string, values map[string]string, head func(names, types []string) error, row func(values []any) error) error
}

// Exporter writes published days into a folder.
type Exporter struct {
	cfg  Config
	rows Rows
	log  *slog.Logger
	now  func() time.Time
}

// New makes an Exporter.
func New(cfg Config, rows Rows, log *slog.Logger) *Exporter {
	return &Exporter{cfg: cfg, rows: rows, log: log, now: time.Now}
}

// Export writes the tables of a published run. On any error the files of the run before it stay. A
// run that is older than the exported one changes nothing; a day that holds other numbers of rows
// than the run, because another run has published it meanwhile, is refused.
func (e *Exporter) Export(ctx context.Context, run ledger.Run) error {
	if e.cfg.Dir == "" {
		return nil
	}
	if err := e.export(ctx, run); err != nil {
		return fmt.Errorf("export %s %s: %w", run.Date, run.Zone, err)
	}
	return nil
}

func (e *Exporter) export(ctx context.Context, run ledger.Run) error {
	day, err := openDay(e.cfg.Dir, run)
	if err != nil {
		return err
	}
	if newer, err := day.holdsNewerThan(run); newer || err != nil {
		return err
	}
	if err := day.begin(); err != nil {
		return err
	}
	defer day.abandon()
	m, err := e.write(ctx, day, run)
	if err != nil {
		return err
	}
	if err := day.publish(m); err != nil {
		return err
	}
	e.log.InfoContext(ctx, "exported day", "day", run.Date.String(), "zone", run.Zone, "folder", day.link(), "run", run.ID.String())
	return day.sweep(e.now().Add(-e.cfg.Keep))
}

// write fills the run's folder.
func (e *Exporter) write(ctx context.Context, day *day, run ledger.Run) (manifest, error) {
	m := newManifest(run)
	for _, table := range slices.Sorted(maps.Keys(run.Rows)) {
		t := &tableWriter{dir: day.folder(), table: table, formats: e.cfg.Formats}
		err := stream(ctx, e.rows, table, run.Date.String(), run.Zone, nil, t.head, t.row)
		files, err := t.close(err)
		if err != nil {
			return manifest{}, fmt.Errorf("write %s: %w", table, err)
		}
		if t.rows != run.Rows[table] {
			return manifest{}, fmt.Errorf("%s holds %d rows, run %s published %d: the day has been published again meanwhile", table, t.rows, run.ID, run.Rows[table])
		}
		m.Tables[table] = manifestTable{Rows: t.rows, Checksum: run.Checksums[table], Files: files}
	}
	return m, nil
}
