package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup/explain"
	"github.com/footfall-analytics/footfall/pkg/sites"
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
	found, err := t.evidence(ctx, ledger.Day{Date: date, Zone: site.Zone}, site, ip.Unmap().WithZone(""))
	if err != nil {
		return err
	}
	agrees, err := explain.Write(out, found)
	if err == nil && !agrees && found.Run != nil && found.Late.IsZero() {
		err = errors.New("the figures are not those that are published")
	}
	if err == nil && len(found.Views) == 0 && site.Privacy != event.Full {
		fmt.Fprintf(out, "The site keeps addresses in its privacy mode: ask for the address as the daily tables show it.\n")
	}
	return err
}

// evidence collects what is known of an address on a day.
func (t *rollupTools) evidence(ctx context.Context, day ledger.Day, site sites.Site, ip netip.Addr) (explain.Case, error) {
	c := explain.Case{Site: site.Key, Address: ip, Day: day}
	var err error
	if c.Run, c.Late, err = t.runner.LastPublished(ctx, t.warehouse, day, ledger.Selection{Sites: []string{site.Key}}); err != nil {
		return c, err
	}
	if c.Published, err = t.warehouse.AddressTotals(ctx, day, site.Key, ip); err != nil {
		return c, err
	}
	c.Views, err = t.warehouse.AddressViews(ctx, day, site.Key, ip)
	c.Views = slices.DeleteFunc(c.Views, func(v ledger.View) bool {
		return site.Witnesses == sites.OnlyLog && !v.ByLog() || site.Witnesses == sites.OnlyBeacon && v.OnlyByLog()
	})
	return c, err
}
