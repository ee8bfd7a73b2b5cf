package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
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

// machine says what the figures were measured on.
func (b *bench) machine() error {
	cpu, err := field("/proc/cpuinfo", "model name")
	if err != nil {
		return err
	}
	memory, err := field("/proc/meminfo", "MemTotal")
	if err != nil {
		return err
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return fmt.Errorf("describe this machine: %w", err)
	}
	fmt.Fprintf(b.out, "%s/%s, %d cores, %s, memory %s; %s, Apache Kafka on the same machine; load before: %s; %d connections, %d batchers, %s each\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpu, memory, runtime.Version(), strings.Fields(string(load))[0],
		b.connections, b.batchers, b.duration)
	return nil
}

// field reads the first value of a name from one of the kernel's text files.
func field(file, name string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("describe this machine: %w", err)
	}
	for line := range strings.Lines(string(content)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value), nil
		}
	}
	return "unknown", nil
}
