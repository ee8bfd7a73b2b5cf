package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/spool"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// serveArgument makes this program the process that holds the collector.
const serveArgument = "serve-collector"

// token opens /v1/batch in the child.
const token = "bench-token-0123456789"

func kafkaConfig(addr string) stream.Config {
	return stream.Config{Addr: []string{addr}, Topic: "events", Partitions: 12, Replication: 1, Retention: time.Hour, Timeout: 10 * time.Second}
}

// instant is a Publisher that promises at once.
type instant struct{}

func (instant) Publish(context.Context, []event.Event) error { return nil }

// serve runs the collector until the standard input ends: with Kafka and a spool when kafka is an
// address, with an instant publisher when it is empty. It prints its address first.
func serve(kafka, dir string) error {
	p := daemon.New(daemon.Config{StopTimeout: 30 * time.Second, LogLevel: slog.LevelWarn})
	var publisher collector.Publisher = instant{}
	if kafka != "" {
		onDisk := spool.New(spool.Config{Dir: filepath.Join(dir, "spool"), Bytes: 1 << 30}, p.Log, prometheus.NewRegistry())
		producer := stream.NewProducer(kafkaConfig(kafka), stream.ProducerConfig{
			PublishTimeout: 10 * time.Second, SpoolAfter: 250 * time.Millisecond, InFlight: 2,
			BatchRecords: 5000, BatchBytes: 512 << 10, QueueRecords: 200_000, QueueBytes: 64 << 20,
		}, p.Log, stream.WithSpool(onDisk))
		p.Add("spool", onDisk)
		p.Add("producer", producer)
		publisher = producer
	}
	directory := sites.Of(sites.Site{Key: "demo", Zone: time.UTC, Privacy: event.Full})
	c, err := collector.New(collector.Config{
		CollectorAddr: "127.0.0.1:0", MaxConnections: 4096, Token: []string{token},
		RateAddress:    collector.Rate{PerSecond: 1e9, Burst: 1e9},
		RateSite:       collector.Rate{PerSecond: 1e9, Burst: 1e9},
		PublishTimeout: 5 * time.Second, BatchesAtOnce: 8,
	}, publisher, directory, p.Log, prometheus.NewRegistry())
	if err != nil {
		return err
	}
	server := daemon.NewHTTPServer("127.0.0.1:0", 4096, c.Handler(), p.Log, p.Fail)
	p.Add("collector", server)
	p.Add("address", announce{server})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return p.Run(ctx)
}

// announce prints where the server listens, as soon as it does.
type announce struct{ server *daemon.HTTPServer }

func (a announce) Start(context.Context) error {
	_, err := fmt.Fprintln(os.Stdout, a.server.Addr())
	return err
}

func (announce) Stop(context.Context) error { return nil }
