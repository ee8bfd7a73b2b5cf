package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// RollupExplain says how the figures of one address on one day come about.
type RollupExplain struct {
	RollupConfig
	Day  string `required:"" help:"Local day of the site: YYYY-MM-DD, today or yesterday." placeholder:"DAY"`
	Site string `required:"" help:"Site key." placeholder:"KEY"`
	IP   string `required:"" help:"Client address, as the daily tables hold it." placeholder:"ADDRESS"`
}

// Run prints the views, sessions and times behind the figures, and fails when they are not what is
// published although nothing has arrived since.
func (c *RollupExplain) Run() error {
	return c.with(func(ctx context.Context, t *rollupTools) error { return t.explain(ctx, c, os.Stdout) })
}

func (t *rollupTools) explain(ctx context.Context, c *RollupExplain, out io.Writer) error {
	site, ok := t.dir.Lookup(c.Site)
	if !ok {
		return fmt.Errorf("site %q is not in the sites file", c.Site)
	}
	ip, err := netip.ParseAddr(c.IP)
	if err != nil {
		return fmt.Errorf("address %q must be an IPv4 or IPv6 address: %w", c.IP, err)
	}
	date, err := ledger.ParseDate(c.Day, time.Now().In(site.Zone))
	if err != nil {
		return err
	}
	found, agrees, err := NewExplainer(t.warehouse).write(ctx, out, site, ledger.Day{Date: date, Zone: site.Zone}, ip.Unmap().WithZone(""))
	if err == nil && !agrees && found.Run != nil && found.Late.IsZero() {
		err = errors.New("the figures are not those that are published")
	}
	return err
}
