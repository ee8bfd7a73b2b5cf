package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"

	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// ConsumerAudit looks for every offset of Kafka in ClickHouse.
type ConsumerAudit struct {
	Warehouse warehouse.Config    `embed:"" prefix:"clickhouse-"`
	Kafka     stream.Config       `embed:"" prefix:"kafka-"`
	Source    stream.SourceConfig `embed:"" prefix:"kafka-"`
}

// Run prints a line for each partition, and its holes and repeats. It fails when there are any.
func (c *ConsumerAudit) Run() (err error) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	w, err := warehouse.New(c.Warehouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Stop(context.WithoutCancel(ctx))) }()
	source := stream.NewSource(c.Kafka, c.Source, daemon.NewLogger(os.Stderr, slog.LevelWarn))
	defer func() { err = errors.Join(err, source.Stop(context.WithoutCancel(ctx))) }()
	audits, err := Audit(ctx, source, w)
	if err != nil {
		return err
	}
	return printAudits(os.Stdout, audits)
}

// Audit audits every partition of the topic.
func Audit(ctx context.Context, source *stream.Source, w *warehouse.Warehouse) (audits []consumer.Audit, err error) {
	partitions, err := source.Partitions(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range partitions {
		a, err := consumer.AuditPartition(ctx, p.Stream(), p.ID(), p, stream.DecodeRecord, w)
		if err != nil {
			return nil, fmt.Errorf("audit partition %d: %w", p.ID(), err)
		}
		audits = append(audits, a)
	}
	return audits, nil
}

// shownGaps is how many holes and repeats of a partition are printed.
const shownGaps = 20

func printAudits(out io.Writer, audits []consumer.Audit) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "partition\toffsets\tstored\tdead\tproduced twice\tlost\tunproven\tholes\trepeats\t")
	var gaps int64
	for _, a := range audits {
		holes := a.Gaps() - int64(len(a.Repeats))
		gaps += a.Gaps()
		fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", a.Place.Partition,
			a.Last-a.First+1, a.Stored, a.Dead, a.Merged, a.Lost, a.Unproven, holes, len(a.Repeats))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print audit: %w", err)
	}
	for _, a := range audits {
		for _, r := range a.Holes[:min(shownGaps, len(a.Holes))] {
			fmt.Fprintf(out, "partition %d: offsets %s are not in ClickHouse\n", a.Place.Partition, r)
		}
		for _, offset := range a.Repeats[:min(shownGaps, len(a.Repeats))] {
			fmt.Fprintf(out, "partition %d: offset %d is in ClickHouse more than once\n", a.Place.Partition, offset)
		}
	}
	if gaps > 0 {
		return fmt.Errorf("offsets that are missing or there more than once: %d", gaps)
	}
	return nil
}
