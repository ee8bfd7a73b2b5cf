package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// figures are what one run measures.
type figures struct {
	instant, durable, instantBatch, durableBatch, bare result
}

func (f *figures) report(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tevents/s\tp50\tp99\tCPU per event\tpeak memory\t")
	line := func(name string, r result) {
		memory := "–"
		if r.peak > 0 {
			memory = fmt.Sprintf("%d MB", r.peak>>20)
		}
		fmt.Fprintf(w, "%s\t%.0f\t%s\t%s\t%.2f µs\t%s\t\n", name, r.perSecond(),
			r.quantile(.5).Round(10*time.Microsecond), r.quantile(.99).Round(10*time.Microsecond),
			float64(r.cpu.Nanoseconds())/1e3/float64(r.all), memory)
	}
	line("single posts, handler without Kafka", f.instant)
	line("single posts, durable", f.durable)
	line("batches, handler without Kafka", f.instantBatch)
	line("batches, durable", f.durableBatch)
	line("bare kafka-go produce", f.bare)
	ratio := func(name string, ours, other result) {
		fmt.Fprintf(w, "%s\t%.2f\t\t\t\t\t\n", name, ours.perSecond()/other.perSecond())
	}
	ratio("single posts, durable / without Kafka", f.durable, f.instant)
	ratio("batches, durable / without Kafka", f.durableBatch, f.instantBatch)
	ratio("batches, durable / bare produce", f.durableBatch, f.bare)
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print figures: %w", err)
	}
	return nil
}
