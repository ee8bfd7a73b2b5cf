package services

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/enrich"
	"github.com/footfall-analytics/footfall/pkg/enrich/networks"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/spool"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// Collector are the commands of the collector service.
type Collector struct {
	Serve   CollectorServe `cmd:"" default:"withargs" help:"Take events in and publish them to Kafka."`
	Snippet Snippet        `cmd:"" help:"Print the script tag for a site."`
	Doctor  Doctor         `cmd:"" help:"Look at a page and say what is wrong with its tag."`
	Health  Health         `cmd:"" help:"Ask the running service whether it is ready."`
}

// CollectorConfig holds what the collector needs.
type CollectorConfig struct {
	Sites     sites.Config          `embed:""`
	Kafka     stream.Config         `embed:"" prefix:"kafka-"`
	Producer  stream.ProducerConfig `embed:"" prefix:"kafka-"`
	Spool     spool.Config          `embed:"" prefix:"spool-"`
	Enrich    networks.Config       `embed:"" prefix:"enrich-"`
	Rules     rules.BotsConfig      `embed:"" prefix:"rules-"`
	Collector collector.Config      `embed:""`
}

// CollectorServe is the service.
type CollectorServe struct {
	Daemon daemon.Config `embed:""`
	CollectorConfig
}

// Run serves until it is told to stop.
func (c *CollectorServe) Run() error {
	return serve(c.Daemon, func(p *daemon.Process) error {
		dir, err := Directory(p, c.Sites)
		if err != nil {
			return err
		}
		return AddCollector(p, c.CollectorConfig, dir)
	})
}

// AddCollector adds the collector service to a process. The door stops before the producer, so that
// every request that got in still gets its acknowledgement, and the spool last, so that it can be there.
func AddCollector(p *daemon.Process, cfg CollectorConfig, dir *sites.Directory) error {
	var options []stream.ProducerOption
	var onDisk *spool.Spool
	if cfg.Spool.On() {
		onDisk = spool.New(cfg.Spool, p.Log, p.Metrics)
		p.Add("spool", onDisk)
		options = append(options, stream.WithSpool(onDisk))
	}
	producer := stream.NewProducer(cfg.Kafka, cfg.Producer, p.Log, options...)
	p.Metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "footfall_collector_queue_bytes", Help: "Bytes of events that wait in memory for Kafka's acknowledgement.",
	}, func() float64 { return float64(producer.QueuedBytes()) }))
	known, err := networks.New(cfg.Enrich, p.Log, p.Metrics)
	if err != nil {
		return err
	}
	bots, err := enrich.NewBots(cfg.Rules)
	if err != nil {
		return err
	}
	c, err := collector.New(cfg.Collector, producer, dir, p.Log, p.Metrics, collector.WithEnricher(enrich.New(known)), collector.WithBots(bots))
	if err != nil {
		return err
	}
	if onDisk == nil {
		addKafkaCheck(p, cfg.Kafka)
	} else {
		p.Health.Check("events", durable(cfg.Kafka, onDisk))
	}
	p.Add("networks", known.Watcher())
	p.Add("producer", producer)
	p.Add("collector", daemon.NewHTTPServer(cfg.Collector.CollectorAddr, cfg.Collector.MaxConnections, c.Handler(), p.Log, p.Fail))
	return nil
}

// durable is the readiness of a collector with a spool. Kafka must have answered once, so that a wrong
// address shows; from then on it is enough that events can be made durable in either place: a load
// balancer that turned away from every collector because Kafka is away would lose what they could keep.
func durable(cfg stream.Config, onDisk *spool.Spool) func(context.Context) error {
	var answered atomic.Bool
	return func(ctx context.Context) error {
		room := onDisk.Room()
		if room == nil && answered.Load() {
			return nil
		}
		err := stream.Ping(ctx, cfg)
		if err == nil {
			answered.Store(true)
			return nil
		}
		return errors.Join(err, room)
	}
}

// addKafkaCheck makes readiness depend on a metadata round trip.
func addKafkaCheck(p *daemon.Process, cfg stream.Config) {
	p.Health.Check("kafka", func(ctx context.Context) error { return stream.Ping(ctx, cfg) })
}
