package main

import (
	"fmt"
	"slices"
	"text/tabwriter"
	"time"
)

// limit is what a question may take, at the 95th percentile.
const limit = 300 * time.Millisecond

// report prints the table, and says which questions are over the limit.
func (b *bench) report(all []asked, raw map[string]time.Duration) error {
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tp50 ms\tp95 ms\tof the limit\tof events ms\tevents / p50\tfiltered p50 ms\tfiltered p95 ms\t")
	over := 0
	for _, a := range all {
		p50, p95 := percentile(a.daily, 50), percentile(a.daily, 95)
		events, ratio := "", ""
		if d, ok := raw[a.name]; ok {
			events, ratio = ms(d), fmt.Sprintf("%.1f", float64(d)/float64(p50))
		}
		filtered50, filtered95 := "", ""
		if len(a.filtered) > 0 {
			filtered50, filtered95 = ms(percentile(a.filtered, 50)), ms(percentile(a.filtered, 95))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%s\t%s\t%s\t%s\t\n", a.name, ms(p50), ms(p95), float64(p95)/float64(limit), events, ratio, filtered50, filtered95)
		if p95 > limit {
			over++
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%d of %d questions over the limit of %s ms at p95 (%d rounds, seed %d)\n", over, len(all), ms(limit), b.rounds, b.seed)
	return nil
}

// percentile is the smallest time that p of 100 times do not pass.
func percentile(times []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[(len(sorted)*p+99)/100-1]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.0f", float64(d)/float64(time.Millisecond)) }
