// Command dashboard measures how long the dashboard's questions take, beside the same questions asked of
// the raw events.
//
// It makes page views and pings of one site over 90 days inside the embedded engine, computes every day
// by the real rollup, and then asks the dashboard's API over HTTP what its pages ask: each question many
// times, with ranges and filters drawn by a seed. The engine is a process of its own, as are its users in
// production.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

// serveArgument makes this program the process that holds the engine.
const serveArgument = "serve-engine"

func main() { measure.Main("dashboard", run) }

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == serveArgument {
		return measure.Serve(ctx, args[1])
	}
	flags := flag.NewFlagSet("dashboard", flag.ExitOnError)
	b := &bench{out: os.Stdout}
	flags.Uint64Var(&b.views, "views", 10_000_000, "page views over the 90 days; each comes with 1.5 pings")
	flags.IntVar(&b.rounds, "rounds", 20, "how often to ask each question")
	flags.Uint64Var(&b.seed, "seed", 1, "what ranges and filters are drawn by")
	dir := flags.String("dir", os.TempDir(), "folder for the data: about 150 bytes a view")
	data := flags.String("data", "", "folder that keeps the data, to measure again without making it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if b.rounds < 1 || b.views < days {
		return fmt.Errorf("rounds %d and views %d must be at least 1 and %d", b.rounds, b.views, days)
	}
	if b.dir = *data; b.dir == "" {
		made, err := os.MkdirTemp(*dir, "footfall-bench")
		if err != nil {
			return fmt.Errorf("create folder for the data: %w", err)
		}
		defer os.RemoveAll(made)
		b.dir = made
	}
	return b.run(ctx)
}
