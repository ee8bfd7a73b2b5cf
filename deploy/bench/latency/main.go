// Command latency measures how long an accepted event takes to be found by a query, in the whole product
// as `make run` starts it, on this machine.
//
// It sends single events at a steady rate, notes when each was answered with 202, and asks ClickHouse
// again and again which of them it has. An event counts as found when the question that finds it was
// answered, so the figures are a little too high, never too low. The floor beside them is the consumer's
// setting of how long the first record of an insert may wait for others.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

func main() { measure.Main("latency", run) }

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("latency", flag.ExitOnError)
	rate := flags.Int("rate", 2000, "events a second")
	duration := flags.Duration("duration", 30*time.Second, "how long to send")
	connections := flags.Int("connections", 64, "connections that send")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rate < 1 || *duration <= 0 || *connections < 1 {
		return fmt.Errorf("rate %d, duration %s and connections %d must be above zero", *rate, *duration, *connections)
	}
	b := &bench{rate: *rate, duration: *duration, connections: *connections, out: os.Stdout}
	return b.run(ctx)
}
