package services

import (
	"context"

	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Consumer are the commands of the consumer service.
type Consumer struct {
	Serve  ConsumerServe  `cmd:"" default:"withargs" help:"Write events from Kafka into ClickHouse."`
	Audit  ConsumerAudit  `cmd:"" help:"Look for every offset of Kafka in ClickHouse; fail when one is missing or there twice."`
	Replay ConsumerReplay `cmd:"" help:"Publish again the dead letters that are events by now."`
	Health Health         `cmd:"" help:"Ask the running service whether it is ready."`
}

// ConsumerConfig holds what the consumer needs.
type ConsumerConfig struct {
	Warehouse warehouse.Config    `embed:"" prefix:"clickhouse-"`
	Kafka     stream.Config       `embed:"" prefix:"kafka-"`
	Source    stream.SourceConfig `embed:"" prefix:"kafka-"`
	Consumer  consumer.Config     `embed:"" prefix:"consumer-"`
}

// ConsumerServe is the service.
type ConsumerServe struct {
	Daemon daemon.Config `embed:""`
	ConsumerConfig
}

// Run serves until it is told to stop.
func (c *ConsumerServe) Run() error {
	return serve(c.Daemon, func(p *daemon.Process) error { return AddConsumer(p, c.ConsumerConfig) })
}

// AddConsumer adds the consumer service to a process. The consumer stops before the source, so that
// its last insert is still committed.
func AddConsumer(p *daemon.Process, cfg ConsumerConfig) error {
	w, err := addWarehouse(p, cfg.Warehouse)
	if err != nil {
		return err
	}
	source := stream.NewSource(cfg.Kafka, cfg.Source, p.Log)
	addKafkaCheck(p, cfg.Kafka)
	p.Add("tables", warehouse.Migrations{Warehouse: w, Log: p.Log})
	p.Add("source", source)
	p.Add("consumer", consumer.New(cfg.Consumer, Partitions{source}, stream.DecodeRecord, w, p.Log, p.Metrics))
	return nil
}

// Partitions makes a stream's source one of the consumer: each side names what it hands out in its own
// package.
type Partitions struct{ *stream.Source }

// Serve hands out partitions.
func (p Partitions) Serve(ctx context.Context, work func(context.Context, consumer.Partition)) {
	p.Source.Serve(ctx, func(ctx context.Context, q *stream.Partition) { work(ctx, q) })
}
