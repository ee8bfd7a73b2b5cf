package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

//go:embed sql/views.sql
var viewsQuery string

// look is the pause between two questions, patience bounds the wait for the last view.
const (
	look     = 50 * time.Millisecond
	patience = 10 * time.Minute
)

type bench struct {
	lines, rounds int
	file          string
	out           io.Writer

	dir     string
	product *measure.Product
	results map[string]result // the fastest of each
}

type result struct {
	took, cpu time.Duration
	peakKB    int64
}

// The programs that are measured.
const (
	parsing  = "footfall: parse (import --dry-run)"
	endToEnd = "footfall: log → queryable (import)"
	goaccess = "GoAccess: log → report"
)

func (b *bench) run(ctx context.Context) (err error) {
	machine, err := measure.Machine()
	if err != nil {
		return err
	}
	fmt.Fprintln(b.out, machine)
	if b.dir, err = os.MkdirTemp("", "footfall-accesslog"); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if b.file == "" {
		b.file = filepath.Join(b.dir, "access.log")
		if err := writeLog(b.file, b.lines); err != nil {
			return err
		}
	}
	if b.product, err = measure.StartProduct(ctx, b.dir); err != nil {
		return err
	}
	b.results = map[string]result{}
	for round := range b.rounds {
		if err = b.round(ctx, round); err != nil {
			break
		}
	}
	_, stopErr := b.product.Finish()
	if err = errors.Join(err, stopErr); err != nil {
		return err
	}
	return b.report()
}

// round runs each program once.
func (b *bench) round(ctx context.Context, round int) error {
	out, err := b.program(ctx, parsing, b.product.Binary, "shipper", "import", "--dry-run", "--site=bench", b.file)
	if err != nil {
		return err
	}
	counts := regexp.MustCompile(`lines read +(\d+)\nviews +(\d+)`).FindStringSubmatch(out)
	if counts == nil {
		return fmt.Errorf("the report of the import holds no counts:\n%s", out)
	}
	b.lines, _ = strconv.Atoi(counts[1]) // digits, by the pattern
	views, _ := strconv.ParseUint(counts[2], 10, 64)
	if err := b.goaccess(ctx); err != nil {
		return err
	}
	return b.endToEnd(ctx, "bench"+strconv.Itoa(round), views)
}

// goaccess is left out where it is not installed.
func (b *bench) goaccess(ctx context.Context) error {
	program, err := exec.LookPath("goaccess")
	if err != nil {
		fmt.Fprintln(b.out, "GoAccess is left out: install the package goaccess")
		return nil //nolint:nilerr // said above
	}
	_, err = b.program(ctx, goaccess, program, b.file, "--log-format=COMBINED", "--no-global-config", "--no-progress", "-o", filepath.Join(b.dir, "report.json"))
	return err
}

// program runs a process and keeps the result if it is the fastest so far.
func (b *bench) program(ctx context.Context, name, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	started := time.Now()
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	b.keep(name, time.Since(started), cmd)
	return string(out), nil
}

func (b *bench) keep(name string, took time.Duration, cmd *exec.Cmd) {
	if best, ok := b.results[name]; !ok || took < best.took {
		state := cmd.ProcessState
		b.results[name] = result{took: took, cpu: state.UserTime() + state.SystemTime(), peakKB: peakKB(state)}
	}
}

// endToEnd imports into a site of its own and waits until every view can be asked for.
func (b *bench) endToEnd(ctx context.Context, site string, views uint64) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{b.product.Addrs["CLICKHOUSE_ADDR"]}})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	cmd := exec.CommandContext(ctx, b.product.Binary, "shipper", "import", "--site="+site, "--collector-url="+b.product.Collector(), "--token-file="+b.product.TokenFile(), b.file)
	started := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("import: %w\n%s", err, out)
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		var found uint64
		if err := conn.QueryRow(ctx, viewsQuery, clickhouse.Named("site", site)).Scan(&found); err != nil {
			return fmt.Errorf("look for the views: %w", err)
		}
		if found == views {
			b.keep(endToEnd, time.Since(started), cmd)
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d views were found: %w", found, views, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

func (b *bench) report() error {
	info, err := os.Stat(b.file)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	fmt.Fprintf(b.out, "%d lines, %.0f MB, the fastest of %d rounds\n", b.lines, float64(info.Size())/1e6, b.rounds)
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tseconds\tlines/s\tcore seconds\tMB at most\tbeside GoAccess")
	rival := b.results[goaccess]
	for _, name := range []string{parsing, endToEnd, goaccess} {
		r, ok := b.results[name]
		if !ok {
			continue
		}
		times := "–"
		if rival.took > 0 {
			times = fmt.Sprintf("%.1f ×", rival.took.Seconds()/r.took.Seconds())
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.0f\t%.2f\t%.0f\t%s\n", name, r.took.Seconds(), float64(b.lines)/r.took.Seconds(), r.cpu.Seconds(), float64(r.peakKB)/1e3, times)
	}
	return w.Flush()
}
