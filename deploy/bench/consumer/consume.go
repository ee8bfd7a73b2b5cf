package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// task is what the consumer process is told.
type task struct {
	Kafka      stream.Config
	Clickhouse string
	Profile    string
}

const group = "bench"

func open(addr string) (*warehouse.Warehouse, error) {
	return warehouse.New(warehouse.Config{Addr: []string{addr}, Database: "default", User: "default", Timeout: 5 * time.Minute})
}

// consume is the consumer process: it works with the default settings until its standard input ends.
func consume(ctx context.Context, settings string) error {
	var t task
	if err := json.Unmarshal([]byte(settings), &t); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	w, err := open(t.Clickhouse)
	if err != nil {
		return err
	}
	cfg, err := measure.Consumer()
	if err != nil {
		return err
	}
	if t.Profile != "" {
		file, err := os.Create(t.Profile)
		if err != nil {
			return fmt.Errorf("make profile: %w", err)
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return fmt.Errorf("start profile: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	source := stream.NewSource(t.Kafka, stream.SourceConfig{Group: group}, quiet())
	c := consumer.New(cfg, services.Partitions{Source: source}, stream.DecodeRecord, w, quiet(), prometheus.NewRegistry())
	if err := c.Start(ctx); err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, c.Stop(ctx), source.Stop(ctx), w.Stop(ctx))
}
