package services

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// ConsumerReplay publishes again the dead letters that are events by now.
type ConsumerReplay struct {
	Warehouse warehouse.Config      `embed:"" prefix:"clickhouse-"`
	Kafka     stream.Config         `embed:"" prefix:"kafka-"`
	Producer  stream.ProducerConfig `embed:"" prefix:"kafka-"`
	DryRun    bool                  `help:"Only say how many there are."`
}

// Run prints how many dead letters were published and why the others stay.
func (c *ConsumerReplay) Run() (err error) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	w, err := warehouse.New(c.Warehouse)
	if err != nil {
		return err
	}
	producer := stream.NewProducer(c.Kafka, c.Producer, daemon.NewLogger(os.Stderr, slog.LevelWarn))
	if err := producer.Start(ctx); err != nil {
		return err
	}
	defer func() {
		end := context.WithoutCancel(ctx)
		err = errors.Join(err, producer.Stop(end), w.Stop(end))
	}()
	done, err := consumer.Replay(ctx, w, stream.DecodeRecord, producer, c.DryRun)
	verb := "published"
	if c.DryRun {
		verb = "would be published"
	}
	fmt.Fprintf(os.Stdout, "%d dead letters %s\n", done.Published, verb)
	for _, reason := range slices.Sorted(maps.Keys(done.Remaining)) {
		fmt.Fprintf(os.Stdout, "%d stay: %s\n", done.Remaining[reason], reason)
	}
	return err
}
