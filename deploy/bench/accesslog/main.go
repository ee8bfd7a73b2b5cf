// Command accesslog measures how fast access logs are read, beside GoAccess on the same file, on this
// machine.
//
// Parsing is `shipper import --dry-run`: every line is read, judged and made an event with its id, and
// nothing is posted. End to end is `shipper import` into the whole product as `make run` starts it, from the
// start of the command until a query finds every view. GoAccess reads the same file into a JSON report, its
// own end. Each runs as a process, in turn, as many times as -rounds says; the fastest of each is compared.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

func main() { measure.Main("accesslog", run) }

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("accesslog", flag.ExitOnError)
	lines := flags.Int("lines", 1_000_000, "lines of the log that is made")
	file := flags.String("file", "", "a log in combined format to read instead")
	rounds := flags.Int("rounds", 3, "how often each is run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *lines < 1 || *rounds < 1 {
		return fmt.Errorf("lines %d and rounds %d must be above zero", *lines, *rounds)
	}
	b := &bench{lines: *lines, file: *file, rounds: *rounds, out: os.Stdout}
	return b.run(ctx)
}
