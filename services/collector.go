package services

import (
	"context"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// Collector are the commands of the collector service.
type Collector struct {
	Serve  CollectorServe `cmd:"" default:"withargs" help:"Take events in and publish them to Kafka."`
	Health Health         `cmd:"" help:"Ask the running service whether it is ready."`
}

// CollectorConfig holds what the collector needs.
type CollectorConfig struct {
	Sites     sites.Config          `embed:""`
	Kafka     stream.Config         `embed:"" prefix:"kafka-"`
	Producer  stream.ProducerConfig `embed:"" prefix:"kafka-"`
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
// every request that got in still gets its acknowledgement.
func AddCollector(p *daemon.Process, cfg CollectorConfig, dir *sites.Directory) error {
	producer := stream.NewProducer(cfg.Kafka, cfg.Producer, p.Log)
	c, err := collector.New(cfg.Collector, producer, dir, p.Log, p.Metrics)
	if err != nil {
		return err
	}
	addKafkaCheck(p, cfg.Kafka)
	p.Add("producer", producer)
	p.Add("collector", daemon.NewHTTPServer(cfg.Collector.CollectorAddr, cfg.Collector.MaxConnections, c.Handler(), p.Log, p.Fail))
	return nil
}

// addKafkaCheck makes readiness depend on a metadata round trip.
func addKafkaCheck(p *daemon.Process, cfg stream.Config) {
	p.Health.Check("kafka", func(ctx context.Context) error { return stream.Ping(ctx, cfg) })
}
