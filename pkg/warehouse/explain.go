package warehouse

import (
	"context"
	"net/netip"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// storedAddress writes an address as the tables hold it.
func storedAddress(ip netip.Addr) string { return netip.AddrFrom16(ip.As16()).String() }

// AddressViews reads the views of one address that a run of the day sees: the day and its surroundings.
func (w *Warehouse) AddressViews(ctx context.Context, day ledger.Day, site string, ip netip.Addr) (views []ledger.View, err error) {
	p := params{
		"site": site, "ip": storedAddress(ip),
		"read_from": param.Instant(day.Start().Add(-Surroundings)), "read_to": param.Instant(day.End().Add(Surroundings)),
	}
	if w.Rules == nil {
		return nil, errNoRules
	}
	err = w.query(ctx, "reports/explain_views", p, func(r driver.Rows) error {
		var v ledger.View
		var recorded uint64
		if err := r.Scan(&v.ID, &v.Start, &v.Agent, &v.Path, &recorded, &v.Witnesses, &v.Pinged, &v.ClaimedMS, &v.ObservedMS, &v.StatedMS, &v.Request); err != nil {
			return err
		}
		v.BotReasons = w.reasons(recorded, v.Agent)
		v.Bot = len(v.BotReasons) > 0
		views = append(views, v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return pairViews(views), nil
}

// AddressTotals reads what is published of one address on one day.
func (w *Warehouse) AddressTotals(ctx context.Context, day ledger.Day, site string, ip netip.Addr) (t ledger.Totals, err error) {
	p := ofDay(day, params{"site": site, "ip": storedAddress(ip)})
	err = w.query(ctx, "reports/explain_published", p, func(r driver.Rows) error {
		return r.Scan(&t.Accesses, &t.Sessions, &t.SpentMS, &t.EngagedMS, &t.Evidence, &t.Gap, &t.Unknown)
	})
	return t, err
}
