package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
	"github.com/footfall-analytics/footfall/deploy/bench/polars"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

//go:embed sql/*.sql
var statements embed.FS

// day is the day that all events fall on.
var day = ledger.Day{Date: ledger.Date{Year: 2026, Month: time.January, Day: 1}, Zone: time.UTC}

// timeout of one statement: making 50 million views takes minutes.
const timeout = time.Hour

// bench measures one size after the other.
type bench struct {
	dir    string
	rounds int
	rival  bool
	python polars.Python
	out    io.Writer
}

// result is what one of the two took.
type result struct {
	took time.Duration
	peak uint64
	rows uint64
}

// sums of a table daily_ip_time.
type sums struct{ Rows, Accesses, SpentMS, EngagedMS, Checksum uint64 }

func newBench(ctx context.Context, dir string, rounds int, rival bool, out io.Writer) (*bench, error) {
	b := &bench{dir: dir, rounds: rounds, rival: rival, out: out}
	if rival {
		var err error
		if b.python, err = polars.Install(ctx); err != nil {
			return nil, err
		}
	}
	machine, err := measure.Machine()
	fmt.Fprintln(out, machine)
	return b, err
}

// measure makes the data of one size, runs both and compares.
func (b *bench) measure(ctx context.Context, views uint64) error {
	dir, err := os.MkdirTemp(b.dir, "footfall-bench")
	if err != nil {
		return fmt.Errorf("create folder for the data: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := b.generate(ctx, dir, views); err != nil {
		return err
	}
	var ours, other []result
	var run ledger.Run
	for range b.rounds {
		if b.rival {
			r, err := b.polars(ctx, dir)
			if err != nil {
				return err
			}
			other = append(other, r)
		}
		r, of, err := b.rollup(ctx, dir)
		if err != nil {
			return err
		}
		ours, run = append(ours, r), of
	}
	b.report(views, ours, other, run)
	if !b.rival {
		return nil
	}
	return b.compare(ctx, dir)
}

func eventsFile(dir string) string { return filepath.Join(dir, "events.parquet") }

func polarsFile(dir string) string { return filepath.Join(dir, "daily_ip_time.parquet") }

// in runs work against a database on the folder, whose address it is given, and returns the process's peak memory.
func in(ctx context.Context, dir string, work func(context.Context, string) error) (uint64, error) {
	engine, err := measure.Start(ctx, serveArgument, filepath.Join(dir, "clickhouse"))
	if err != nil {
		return 0, err
	}
	err = work(ctx, engine.Line)
	usage, stopErr := engine.Stop()
	return usage.Peak, errors.Join(err, stopErr)
}

func (b *bench) generate(ctx context.Context, dir string, views uint64) error {
	_, err := in(ctx, dir, func(ctx context.Context, db string) error {
		w, err := open(db)
		if err != nil {
			return err
		}
		if err := errors.Join(w.Migrate(ctx), w.Stop(ctx)); err != nil {
			return err
		}
		of := clickhouse.Parameters{"day_ms": strconv.FormatInt(day.Start().UnixMilli(), 10), "views": strconv.FormatUint(views, 10)}
		for _, name := range []string{"generate_views", "generate_pings"} {
			if err := query(ctx, db, name, of, nil); err != nil {
				return err
			}
		}
		if err := settle(ctx, db); err != nil {
			return err
		}
		if err := query(ctx, db, "count_events", nil, func(r driver.Rows) error {
			var views, pings, addresses uint64
			err := r.Scan(&views, &pings, &addresses)
			fmt.Fprintf(b.out, "\n%s views, %s pings, %s addresses\n", grouped(views), grouped(pings), grouped(addresses))
			return err
		}); err != nil || !b.rival {
			return err
		}
		sql, err := polars.EventsSQL()
		if err != nil {
			return err
		}
		return do(ctx, db, "polars/events", sql, clickhouse.Parameters{"file": eventsFile(dir)}, nil)
	})
	return err
}

// settle waits until the parts that were just written have been merged, three looks in a row.
func settle(ctx context.Context, db string) error {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for quiet := 0; quiet < 3; {
		var merges uint64
		if err := query(ctx, db, "count_merges", nil, func(r driver.Rows) error { return r.Scan(&merges) }); err != nil {
			return err
		}
		quiet++
		if merges > 0 {
			quiet = 0
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// polars measures the rival. Its clock starts after Python and Polars are loaded.
func (b *bench) polars(ctx context.Context, dir string) (result, error) {
	out, err := b.python.Run(ctx, "rollup.py", eventsFile(dir), day.Date.String(), day.Zone.String(), polarsFile(dir))
	if err != nil {
		return result{}, err
	}
	var said struct {
		Seconds float64 `json:"seconds"`
		Rows    uint64  `json:"rows"`
		PeakKB  uint64  `json:"peak_kb"`
	}
	if err := json.Unmarshal(out, &said); err != nil {
		return result{}, fmt.Errorf("read what Polars took from %q: %w", out, err)
	}
	return result{time.Duration(said.Seconds * float64(time.Second)), said.PeakKB << 10, said.Rows}, nil
}

// rollup measures a run as the rollup service does it.
func (b *bench) rollup(ctx context.Context, dir string) (r result, run ledger.Run, err error) {
	r.peak, err = in(ctx, dir, func(ctx context.Context, db string) error {
		w, err := open(db)
		if err != nil {
			return err
		}
		cfg := rollup.Config{Every: time.Minute, Refresh: time.Hour, Grace: time.Hour, Wait: time.Minute}
		runner := rollup.NewRunner(cfg, w, w, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
		began := time.Now()
		run, err = runner.Run(ctx, day, ledger.Selection{All: true}, true)
		r.took, r.rows = time.Since(began), run.Rows["daily_ip_time"]
		return errors.Join(err, w.Stop(ctx))
	})
	return r, run, err
}

// stored is a stream that holds nothing: all events are in the warehouse already.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }

// compare holds both tables against each other.
func (b *bench) compare(ctx context.Context, dir string) error {
	var ours, other sums
	_, err := in(ctx, dir, func(ctx context.Context, db string) error {
		into := func(s *sums) func(driver.Rows) error {
			return func(r driver.Rows) error { return r.Scan(&s.Rows, &s.Accesses, &s.SpentMS, &s.EngagedMS, &s.Checksum) }
		}
		return errors.Join(
			query(ctx, db, "sum_published", clickhouse.Parameters{"day": day.Date.String(), "tz": day.Zone.String()}, into(&ours)),
			query(ctx, db, "sum_polars", clickhouse.Parameters{"file": polarsFile(dir)}, into(&other)))
	})
	if err != nil {
		return err
	}
	if ours != other || ours.Rows == 0 {
		return fmt.Errorf("daily_ip_time differs: the rollup has %+v, Polars %+v", ours, other)
	}
	fmt.Fprintf(b.out, "both daily_ip_time hold the same %s rows (checksum %x)\n", grouped(ours.Rows), ours.Checksum)
	return nil
}

func open(db string) (*warehouse.Warehouse, error) {
	w, err := warehouse.New(warehouse.Config{Addr: []string{db}, Database: "default", User: "default", Timeout: timeout})
	if err != nil {
		return nil, err
	}
	w.Rules, err = rules.Read(rules.Config{})
	return w, err
}

// query runs one of this program's statements and hands its rows to scan.
func query(ctx context.Context, db string, name string, p clickhouse.Parameters, scan func(driver.Rows) error) error {
	sql, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return fmt.Errorf("read statement: %w", err)
	}
	return do(ctx, db, name, string(sql), p, scan)
}

func do(ctx context.Context, db string, name, sql string, p clickhouse.Parameters, scan func(driver.Rows) error) error {
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{db}, ReadTimeout: timeout, Auth: clickhouse.Auth{Database: "default", Username: "default"}})
	if err != nil {
		return fmt.Errorf("connect for %s: %w", name, err)
	}
	defer conn.Close()
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(p))
	if scan == nil {
		if err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("run %s: %w", name, err)
		}
		return nil
	}
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	return rows.Err()
}
