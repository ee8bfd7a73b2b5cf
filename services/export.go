package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/footfall-analytics/footfall/pkg/export"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Export writes daily tables of a range of days as files.
type Export struct {
	Warehouse warehouse.Config `embed:"" prefix:"clickhouse-"`
	Sites     sites.Config     `embed:""`

	From         string   `required:"" env:"-" help:"First local day: YYYY-MM-DD, today or yesterday." placeholder:"DAY"`
	To           string   `required:"" env:"-" help:"Last local day." placeholder:"DAY"`
	Table        []string `env:"-" help:"Daily tables, such as daily_ip_time; left out: all of them." placeholder:"TABLE"`
	Site         []string `env:"-" help:"Keys of the sites to export; left out: all." placeholder:"KEY"`
	Format       string   `env:"-" help:"${enum}. Cells that a spreadsheet would run as a formula get a leading quote in csv." enum:"csv,parquet" default:"csv"`
	ToDir        string   `env:"-" help:"Folder for a file per table, TABLE.FORMAT." type:"path" placeholder:"DIR" xor:"place" required:""`
	Output       string   `env:"-" short:"o" help:"File for the only table; - is standard output." placeholder:"FILE" xor:"place" required:""`
	AllowMissing bool     `env:"-" help:"Export although days of the range are not published."`
}

// Validate checks what is wanted before anything is asked.
func (c *Export) Validate() error {
	for _, t := range c.Table {
		if !slices.Contains(warehouse.Published, t) {
			return fmt.Errorf("table %q must be one of %s", t, strings.Join(warehouse.Published, ", "))
		}
	}
	if c.Output != "" && len(c.Table) != 1 {
		return fmt.Errorf("-o takes one --table, not %d; --to-dir takes several", len(c.Table))
	}
	return nil
}

// Run writes the files. Days that are not published are named, and without --allow-missing nothing is written.
func (c *Export) Run(k *kong.Context) (err error) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	dir, err := c.Sites.Directory()
	if err != nil {
		return err
	}
	spans, err := c.spans(dir)
	if err != nil {
		return err
	}
	w, err := warehouse.New(c.Warehouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Stop(context.WithoutCancel(ctx))) }()
	if err := c.check(ctx, w, spans, k.Stderr); err != nil {
		return err
	}
	return c.write(ctx, w, spans, k.Stdout, k.Stderr)
}

// write exports one table after the other.
func (c *Export) write(ctx context.Context, w *warehouse.Warehouse, spans []exportSpan, stdout, stderr io.Writer) error {
	tables, days, written, wanted := c.Table, 0, uint64(0), make([]export.Span, len(spans))
	if len(tables) == 0 {
		tables = warehouse.Published
	}
	for i, s := range spans {
		wanted[i], days = s.Span, days+len(s.Days)
	}
	if c.ToDir != "" {
		if err := os.MkdirAll(c.ToDir, 0o755); err != nil {
			return fmt.Errorf("create the folder of the export: %w", err)
		}
	}
	for _, table := range tables {
		progress := rollup.NewProgress(stderr, days)
		path, rows, err := c.writeTable(ctx, w, table, wanted, stdout, progress.Day)
		progress.Close()
		if err != nil {
			return err
		}
		fmt.Fprintf(stderr, "%s  %d days  %d rows  %s\n", table, days, rows, path)
		written += rows
	}
	if written == 0 { // as after a slip of the pen in the key of a site
		fmt.Fprintf(stderr, "nothing is stored of %s from %s to %s\n", c.whose(), c.From, c.To)
	}
	return nil
}

// whose tells which sites are wanted.
func (c *Export) whose() string {
	if len(c.Site) == 0 {
		return "any site"
	}
	return "the site " + strings.Join(c.Site, ", ")
}

func (c *Export) writeTable(ctx context.Context, w *warehouse.Warehouse, table string, spans []export.Span, stdout io.Writer, after func()) (path string, rows uint64, err error) {
	if c.Output == "-" {
		out, err := export.NewWriter(stdout, c.Format, table, nil)
		if err == nil {
			err = export.Copy(ctx, w, out, table, spans, after)
		}
		if err != nil {
			return "", 0, err
		}
		return "standard output", out.Rows, out.Close()
	}
	path = c.Output
	if path == "" {
		path = filepath.Join(c.ToDir, table+"."+c.Format)
	}
	rows, err = export.WriteFile(ctx, path, w, c.Format, table, spans, after)
	return path, rows, err
}
