// Command rollup measures the daily rollup against Polars, on the same events, on this machine.
//
// For each size it makes one UTC day of page views and pings inside the embedded engine, writes the
// events to Parquet, runs Polars' daily_ip_time from that file, and then the whole rollup with every
// daily table, as the rollup service does it: over the wire, with staging, checks and the swap. One
// after the other, a few rounds of each, each in a process of its own, whose peak memory the kernel
// tells. The fastest round of each counts: whatever else the machine does only ever adds. In the end
// both tables must hold the same rows.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

// serveArgument makes this program the process that holds the engine.
const serveArgument = "serve-engine"

func main() { measure.Main("rollup", run) }

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == serveArgument {
		return measure.Serve(ctx, args[1])
	}
	flags := flag.NewFlagSet("rollup", flag.ExitOnError)
	list := flags.String("views", "10000000", "numbers of page views to measure, with commas between; each comes with 1.5 pings")
	dir := flags.String("dir", os.TempDir(), "folder for the data: about 250 bytes a view")
	rounds := flags.Int("rounds", 3, "how often to measure each")
	rival := flags.Bool("polars", true, "measure Polars too; it needs about 500 bytes of memory a view")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 {
		return fmt.Errorf("rounds %d must be at least 1", *rounds)
	}
	var sizes []uint64
	for _, s := range strings.Split(*list, ",") {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil || n == 0 {
			return fmt.Errorf("views %q must be whole numbers above zero", s)
		}
		sizes = append(sizes, n)
	}
	b, err := newBench(ctx, *dir, *rounds, *rival, os.Stdout)
	if err != nil {
		return err
	}
	for _, n := range sizes {
		if err := b.measure(ctx, n); err != nil {
			return fmt.Errorf("measure %d views: %w", n, err)
		}
	}
	return nil
}
