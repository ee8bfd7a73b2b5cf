package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

//go:embed sql/*.sql
var statements embed.FS

const (
	days    = 90
	timeout = time.Hour
)

// first is the first of the days.
var first = ledger.Date{Year: 2026, Month: time.January, Day: 1}

func dayOf(n int) ledger.Day { return ledger.Day{Date: first.Add(n), Zone: time.UTC} }

type bench struct {
	dir    string
	views  uint64
	rounds int
	seed   uint64
	out    io.Writer

	conn  clickhouse.Conn
	store *warehouse.Warehouse
}

func (b *bench) run(ctx context.Context) error {
	machine, err := measure.Machine()
	if err != nil {
		return err
	}
	fmt.Fprintln(b.out, machine)
	engine, err := measure.Start(ctx, serveArgument, filepath.Join(b.dir, "clickhouse"))
	if err != nil {
		return err
	}
	err = b.on(ctx, engine.Line)
	usage, stopErr := engine.Stop()
	fmt.Fprintf(b.out, "peak memory of the engine %.2f GB\n", float64(usage.Peak)/1e9)
	return errors.Join(err, stopErr)
}

// on measures with the engine at an address.
func (b *bench) on(ctx context.Context, addr string) (err error) {
	b.conn, err = clickhouse.Open(&clickhouse.Options{Addr: []string{addr}, ReadTimeout: timeout, Auth: clickhouse.Auth{Database: "default", Username: "default"}})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer b.conn.Close()
	if b.store, err = warehouse.New(warehouse.Config{Addr: []string{addr}, Database: "default", User: "default", Timeout: timeout}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.store.Stop(ctx)) }()
	if b.store.Rules, err = rules.Read(rules.Config{}); err != nil {
		return err
	}
	if err := b.data(ctx); err != nil {
		return err
	}
	d := dashboard.New(access.Everyone{}, slog.New(slog.NewTextHandler(os.Stderr, nil)), figures.New(b.store, sites.Open(time.UTC)))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: d.Handler()}
	go server.Serve(listener) //nolint:errcheck // it ends with Close, and says so
	defer server.Close()
	asked, err := b.askAll(http.DefaultClient, "http://"+listener.Addr().String())
	if err != nil {
		return err
	}
	raw, err := b.askEvents(ctx)
	if err != nil {
		return err
	}
	return b.report(asked, raw)
}

// data makes the events and the days, unless a former run has left them.
func (b *bench) data(ctx context.Context) error {
	if err := b.store.Migrate(ctx); err != nil {
		return err
	}
	done := filepath.Join(b.dir, "done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	began := time.Now()
	of := clickhouse.Parameters{"from_ms": strconv.FormatInt(dayOf(0).Start().UnixMilli(), 10), "views": strconv.FormatUint(b.views, 10), "days": strconv.Itoa(days)}
	for _, name := range []string{"generate_views", "generate_pings", "generate_custom"} {
		if err := b.exec(ctx, name, of); err != nil {
			return err
		}
	}
	fmt.Fprintf(b.out, "made %d page views over %d days in %.0f s\n", b.views, days, time.Since(began).Seconds())
	began = time.Now()
	cfg := rollup.Config{Every: time.Minute, Refresh: time.Hour, Grace: time.Hour, Wait: time.Minute}
	runner := rollup.NewRunner(cfg, b.store, b.store, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
	for n := range days {
		if _, err := runner.Run(ctx, dayOf(n), ledger.Selection{All: true}, true); err != nil {
			return err
		}
	}
	fmt.Fprintf(b.out, "computed the days in %.0f s\n", time.Since(began).Seconds())
	return os.WriteFile(done, nil, 0o600)
}

// stored is a stream that holds nothing: all events are in the warehouse already.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }

// exec runs one of this program's statements.
func (b *bench) exec(ctx context.Context, name string, p clickhouse.Parameters) error {
	sql, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return fmt.Errorf("read statement: %w", err)
	}
	if err := b.conn.Exec(clickhouse.Context(ctx, clickhouse.WithParameters(p)), string(sql)); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return nil
}

// query runs one of this program's statements, reads all that it answers, and says how long that took.
func (b *bench) query(ctx context.Context, name string, p clickhouse.Parameters) (time.Duration, error) {
	sql, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return 0, fmt.Errorf("read statement: %w", err)
	}
	began := time.Now()
	rows, err := b.conn.Query(clickhouse.Context(ctx, clickhouse.WithParameters(p)), string(sql))
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() { // how long they take is all that counts
	}
	return time.Since(began), rows.Err()
}

// fetch asks the API once.
func fetch(client *http.Client, address string) (time.Duration, error) {
	began := time.Now()
	res, err := client.Get(address)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("GET %s answers %d: %s", address, res.StatusCode, body)
	}
	return time.Since(began), nil
}
