package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

func (b *bench) report(views uint64, ours, other []result, run ledger.Run) {
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tseconds\tviews/s\tpeak memory\ttables\trows of daily_ip_time\t")
	line := func(name string, rounds []result, tables int) {
		r := fastest(rounds)
		seconds := r.took.Seconds()
		fmt.Fprintf(w, "%s\t%.1f\t%s\t%.2f GB\t%d\t%s\t\n", name, seconds, grouped(uint64(float64(views)/seconds)), float64(r.peak)/1e9, tables, grouped(r.rows))
	}
	line("rollup", ours, len(warehouse.Published))
	if b.rival {
		line("Polars", other, 1)
		o, r := fastest(other), fastest(ours)
		fmt.Fprintf(w, "Polars / rollup\t%.2f\t\t%.2f\t\t\t\n", o.took.Seconds()/r.took.Seconds(), float64(o.peak)/float64(r.peak))
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "rollup bench: print:", err)
	}
	fmt.Fprintf(b.out, "seconds of each round: rollup %s; Polars %s\n", seconds(ours), cmp.Or(seconds(other), "not measured"))
	fmt.Fprintf(b.out, "published %d views, %d ms: %v rows\n", run.Views, run.SpentMS, run.Rows)
}

// fastest is the round that took least, with the most memory of any.
func fastest(rounds []result) result {
	best := slices.MinFunc(rounds, func(a, b result) int { return cmp.Compare(a.took, b.took) })
	for _, r := range rounds {
		best.peak = max(best.peak, r.peak)
	}
	return best
}

func seconds(rounds []result) string {
	list := make([]string, len(rounds))
	for i, r := range rounds {
		list[i] = strconv.FormatFloat(r.took.Seconds(), 'f', 1, 64)
	}
	return strings.Join(list, " ")
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
