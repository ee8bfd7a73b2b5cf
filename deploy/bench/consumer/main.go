// Command consumer measures the consumer against ClickHouse's own Kafka engine, on the same events, from
// the same Apache Kafka into the same ClickHouse, on this machine.
//
// It fills one topic with protobuf, as the collector does, and one with the same events as JSON. Then
// each of the two carries a topic into a table like `events` of a fresh ClickHouse: our consumer in a
// process of its own, and a Kafka table with a materialised view, which reads JSON because that is the
// usual way. Processor time is that of the process that does the work: the consumer's and ClickHouse's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

// What this program is when it is started again.
const (
	serveArgument   = "serve-engine"
	consumeArgument = "consume"
)

func main() { measure.Main("consumer", run) }

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == serveArgument:
		return measure.Serve(ctx, args[1])
	case len(args) == 2 && args[0] == consumeArgument:
		return consume(ctx, args[1])
	}
	flags := flag.NewFlagSet("consumer", flag.ExitOnError)
	events := flags.Int("events", 2_000_000, "how many events to carry")
	dir := flags.String("dir", os.TempDir(), "folder for the data: about 700 bytes an event")
	rival := flags.Bool("rival", true, "measure ClickHouse's Kafka engine too")
	profile := flags.String("profile", "", "file for a processor profile of the consumer")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *events < 1 {
		return fmt.Errorf("events %d must be at least 1", *events)
	}
	b := &bench{events: *events, rival: *rival, profile: *profile, out: os.Stdout}
	return b.run(ctx, *dir)
}
