package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

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
	fmt.Fprintf(b.out, "%s/%s, %d cores, %s, memory %s; %s, ClickHouse library %s\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpu, memory, runtime.Version(), fetch.Version)
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

func (b *bench) report(views uint64, ours, other result, run ledger.Run) {
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tseconds\tviews/s\tpeak memory\ttables\trows of daily_ip_time\t")
	line := func(name string, r result, tables int) {
		seconds := r.took.Seconds()
		fmt.Fprintf(w, "%s\t%.1f\t%s\t%.2f GB\t%d\t%s\t\n", name, seconds, grouped(uint64(float64(views)/seconds)), float64(r.peak)/1e9, tables, grouped(r.rows))
	}
	line("rollup", ours, len(warehouse.Published))
	if b.rival {
		line("Polars", other, 1)
		fmt.Fprintf(w, "Polars / rollup\t%.2f\t\t%.2f\t\t\t\n", other.took.Seconds()/ours.took.Seconds(), float64(other.peak)/float64(ours.peak))
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "rollup bench: print:", err)
	}
	fmt.Fprintf(b.out, "published %d views, %d ms: %v rows\n", run.Views, run.SpentMS, run.Rows)
}

// grouped writes a number with a comma before every third digit.
func grouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var parts []string
	for len(digits) > 3 {
		parts = append(parts, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	parts = append(parts, digits)
	slices.Reverse(parts)
	return strings.Join(parts, ",")
}
