// Command collector measures how fast the collector takes events, beside the same handler without Kafka
// and beside a bare kafka-go produce of the same bytes, on this machine, in one run.
//
// Durable posts go through the real server, the producer with its spool, and a real Apache Kafka with
// acks from all replicas. The collector, Kafka and the clients are processes of their own and share the
// machine's cores. Each figure is printed with its ratio to the rival's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

func main() { measure.Main("collector", run) }

func run(ctx context.Context, args []string) error {
	if len(args) == 3 && args[0] == serveArgument {
		return serve(args[1], args[2])
	}
	b := bench{out: os.Stdout}
	flags := flag.NewFlagSet("collector", flag.ExitOnError)
	flags.DurationVar(&b.duration, "for", 10*time.Second, "how long each measurement takes")
	flags.IntVar(&b.connections, "connections", 256, "connections that post single events")
	flags.IntVar(&b.batchers, "batchers", 8, "connections that post batches, and bare producers")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if b.duration <= 0 || b.connections < 1 || b.batchers < 1 {
		return fmt.Errorf("for %s, connections %d and batchers %d must be above zero", b.duration, b.connections, b.batchers)
	}
	return b.run(ctx)
}
