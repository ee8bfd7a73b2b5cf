package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/footfall-analytics/footfall/pkg/rollup"
)

// RollupVerify computes published days again, aside.
type RollupVerify struct {
	RollupConfig
	Day  string `help:"One local day." placeholder:"DAY" xor:"range" required:""`
	From string `help:"First local day of a range." placeholder:"DAY" xor:"range" required:""`
	To   string `help:"Last local day of the range; the first one when left out." placeholder:"DAY"`
}

// Run compares the days in every time zone that has sites. It changes nothing, and fails when a day
// holds something else than it should.
func (c *RollupVerify) Run() error {
	from, to := c.From, c.To
	if c.Day != "" {
		from, to = c.Day, ""
	}
	if to == "" {
		to = from
	}
	return c.with(func(ctx context.Context, t *rollupTools) error { return t.verify(ctx, from, to, os.Stdout) })
}

func (t *rollupTools) verify(ctx context.Context, from, to string, out io.Writer) error {
	different := 0
	var failed error
	for _, zone := range t.dir.Zones() {
		days, err := rangeOf(from, to, zone.Location)
		if err != nil {
			return err
		}
		for _, day := range days {
			v, err := t.runner.Verify(ctx, t.warehouse, day, rollup.SelectionOf(zone))
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				failed = errors.Join(failed, err)
				continue
			}
			printVerification(out, v)
			if v.Differs() {
				different++
			}
		}
	}
	if different > 0 {
		failed = errors.Join(failed, fmt.Errorf("days that are not what they should be: %d; rollup run --day DAY publishes one again", different))
	}
	return failed
}

func printVerification(out io.Writer, v rollup.Verification) {
	if v.Published == nil {
		fmt.Fprintf(out, "%s  not published\n", v.Day)
		return
	}
	fmt.Fprintf(out, "%s  %s since %s\n", v.Day, v.Published.State, v.Published.Updated.UTC().Format(time.RFC3339))
	if !v.Late.IsZero() {
		fmt.Fprintf(out, "  events have arrived since, the last at %s\n", v.Late.UTC().Format(time.RFC3339))
	}
	for _, c := range v.Tables {
		fmt.Fprintf(out, "  %-16s %s", c.Table, c.Verdict)
		switch {
		case c.Verdict == rollup.Equal:
			fmt.Fprintf(out, ": %d rows, checksum %016x\n", c.Published.Rows, c.Published.Checksum)
		case !c.Known:
			fmt.Fprintln(out, ": the run that is published did not fill this table")
		default:
			fmt.Fprintf(out, ": holds %d rows, %d views, %016x; computed again %d rows, %d views, %016x; the ledger says %016x\n",
				c.Published.Rows, c.Published.Views, c.Published.Checksum,
				c.Recomputed.Rows, c.Recomputed.Views, c.Recomputed.Checksum, c.Recorded)
		}
	}
}
