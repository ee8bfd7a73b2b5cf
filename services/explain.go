package services

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/rollup/explain"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// Explainer says how the figures of one address on one day come about, on the command line and the dashboard.
type Explainer struct{ warehouse *warehouse.Warehouse }

// NewExplainer makes an Explainer.
func NewExplainer(w *warehouse.Warehouse) Explainer { return Explainer{w} }

// Explain writes the explanation.
func (e Explainer) Explain(ctx context.Context, out io.Writer, site sites.Site, day ledger.Day, ip netip.Addr) error {
	_, _, err := e.write(ctx, out, site, day, ip)
	return err
}

// write also tells what was explained, and whether it agrees with what is published.
func (e Explainer) write(ctx context.Context, out io.Writer, site sites.Site, day ledger.Day, ip netip.Addr) (explain.Case, bool, error) {
	found, err := e.evidence(ctx, day, site, ip)
	if err != nil {
		return found, false, err
	}
	agrees, err := explain.Write(out, found)
	if err == nil && len(found.Views) == 0 && site.Privacy != event.Full {
		fmt.Fprintf(out, "The site keeps addresses in its privacy mode: ask for the address as the daily tables show it.\n")
	}
	return found, agrees, err
}

// evidence collects what is known of an address on a day.
func (e Explainer) evidence(ctx context.Context, day ledger.Day, site sites.Site, ip netip.Addr) (explain.Case, error) {
	c := explain.Case{Site: site.Key, Address: ip, Day: day}
	var err error
	if c.Run, c.Late, err = rollup.LastPublished(ctx, e.warehouse, e.warehouse, day, ledger.Selection{Sites: []string{site.Key}}); err != nil {
		return c, err
	}
	if c.Published, err = e.warehouse.AddressTotals(ctx, day, site.Key, ip); err != nil {
		return c, err
	}
	c.Views, err = e.warehouse.AddressViews(ctx, day, site.Key, ip)
	c.Views = slices.DeleteFunc(c.Views, func(v ledger.View) bool {
		return site.Witnesses == sites.OnlyLog && !v.ByLog() || site.Witnesses == sites.OnlyBeacon && v.OnlyByLog()
	})
	if err != nil {
		return c, err
	}
	c.Habits, err = e.warehouse.Habits(ctx, day, site.Key, ip, len(c.Views))
	if site.Witnesses != sites.AllWitnesses {
		c.Habits.SilentViews = 0
	}
	return c, err
}
