package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/apachekafka"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

//go:embed sql/*.sql
var statements embed.FS

// patience bounds one run.
const patience = 30 * time.Minute

type bench struct {
	events  int
	rival   bool
	profile string
	out     io.Writer
}

// result is what carrying the events took.
type result struct {
	name           string
	took           time.Duration
	worker, engine time.Duration // processor time
	memory         uint64        // most of both processes together
}

func (b *bench) run(ctx context.Context, dir string) (err error) {
	dir, err = os.MkdirTemp(dir, "footfall-bench")
	if err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	machine, err := measure.Machine()
	if err != nil {
		return err
	}
	fmt.Fprintln(b.out, machine)
	kafka := filepath.Join(dir, "kafka")
	if err := os.Mkdir(kafka, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	broker, err := apachekafka.Start(ctx, kafka)
	if err != nil {
		return err
	}
	defer broker.Stop()
	ours, theirs := topic(broker.Addr(), "protobuf"), topic(broker.Addr(), "json")
	if err := fillProtobuf(ctx, ours, b.events); err != nil {
		return err
	}
	results := make([]result, 0, 2)
	r, err := b.measure(ctx, filepath.Join(dir, "ours"), "consumer, protobuf", func(addr string) (usage, error) { return b.consumer(ctx, addr, ours) })
	if err != nil {
		return err
	}
	results = append(results, r)
	if b.rival {
		if err := fillJSON(ctx, theirs, b.events); err != nil {
			return err
		}
		r, err := b.measure(ctx, filepath.Join(dir, "theirs"), "Kafka engine, JSON", func(addr string) (usage, error) { return b.kafkaEngine(ctx, addr, theirs) })
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	return b.report(results)
}

// usage is what a worker beside the engine took.
type usage struct {
	measure.Usage
	took time.Duration
}

// measure starts a fresh ClickHouse and lets the events be carried into it.
func (b *bench) measure(ctx context.Context, dir, name string, carry func(addr string) (usage, error)) (r result, err error) {
	engine, err := measure.Start(ctx, serveArgument, dir)
	if err != nil {
		return r, err
	}
	w, err := open(engine.Line)
	if err != nil {
		return r, err
	}
	if err := w.Migrate(ctx); err != nil {
		return r, err
	}
	before, err := engine.CPU()
	if err != nil {
		return r, err
	}
	u, err := carry(engine.Line)
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	after, err := engine.CPU()
	if err != nil {
		return r, err
	}
	if err := w.Stop(ctx); err != nil {
		return r, err
	}
	e, err := engine.Stop()
	return result{name, u.took, u.CPU, after - before, u.Peak + e.Peak}, err
}

// consumer lets our consumer carry the topic.
func (b *bench) consumer(ctx context.Context, addr string, cfg stream.Config) (u usage, err error) {
	settings, err := json.Marshal(task{cfg, addr, b.profile})
	if err != nil {
		return u, fmt.Errorf("write settings: %w", err)
	}
	began := time.Now()
	p, err := measure.Start(ctx, consumeArgument, string(settings))
	if err != nil {
		return u, err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = b.await(waiting, addr, "count_events")
	u.took = time.Since(began)
	stopped, stopErr := p.Stop()
	u.Usage = stopped
	return u, errors.Join(err, stopErr)
}

// kafkaEngine lets ClickHouse carry the topic by itself.
func (b *bench) kafkaEngine(ctx context.Context, addr string, cfg stream.Config) (u usage, err error) {
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{addr}})
	if err != nil {
		return u, fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	began := time.Now()
	for _, name := range []string{"create_target", "create_kafka", "create_view"} {
		sql, err := statements.ReadFile("sql/" + name + ".sql")
		if err != nil {
			return u, fmt.Errorf("read statement: %w", err)
		}
		text := os.Expand(string(sql), func(string) string { return cfg.Addr[0] }) // an engine takes no parameters
		if err := conn.Exec(ctx, text); err != nil {
			return u, fmt.Errorf("run %s: %w", name, err)
		}
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = b.await(waiting, addr, "count_target")
	u.took = time.Since(began)
	return u, errors.Join(err, conn.Exec(ctx, "DROP TABLE by_kafka_engine_view"))
}

// await waits until all events are stored.
func (b *bench) await(ctx context.Context, addr, name string) error {
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{addr}})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	sql, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return fmt.Errorf("read statement: %w", err)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var n uint64
		if err := conn.QueryRow(ctx, string(sql)).Scan(&n); err != nil {
			return fmt.Errorf("run %s: %w", name, err)
		}
		if n >= uint64(b.events) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d events are stored: %w", n, b.events, ctx.Err())
		}
	}
}

func (b *bench) report(results []result) error {
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d events\tseconds\trows/s\tcore seconds: worker\tengine\trows per core second of the worker\tof both\tpeak memory\t\n", b.events)
	for _, r := range results {
		worker := "–"
		if r.worker > 0 {
			worker = fmt.Sprintf("%.0f", float64(b.events)/r.worker.Seconds())
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.0f\t%.1f\t%.1f\t%s\t%.0f\t%.2f GB\t\n", r.name, r.took.Seconds(), float64(b.events)/r.took.Seconds(),
			r.worker.Seconds(), r.engine.Seconds(), worker, float64(b.events)/(r.worker+r.engine).Seconds(), float64(r.memory)/1e9)
	}
	if len(results) == 2 {
		ours, theirs := results[0], results[1]
		fmt.Fprintf(w, "Kafka engine / consumer\t%.2f\t\t\t\t\t%.2f\t%.2f\t\n", theirs.took.Seconds()/ours.took.Seconds(),
			(theirs.worker+theirs.engine).Seconds()/(ours.worker+ours.engine).Seconds(), float64(theirs.memory)/float64(ours.memory))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
