package warehouse

import (
	"context"
	"net"
	"net/netip"
	"strconv"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// Habits tells by what a visitor at an address with so many views is a bot on a day, beside what single views
// show. Whether the beacon is in use is looked at only where the views are enough for it to matter: with many
// addresses that takes long.
func (w *Warehouse) Habits(ctx context.Context, day ledger.Day, site string, ip netip.Addr, views int) (h ledger.Habits, err error) {
	if w.Rules == nil {
		return h, errNoRules
	}
	h.RateViews, h.Within = w.Rules.Rate()
	silent, addresses, percent := w.Rules.LogWithoutBeacon()
	if silent == 0 || views < silent {
		return h, nil
	}
	logged, reported := map[[16]byte]bool{}, map[[16]byte]bool{}
	p := params{
		"site": site, "day_start": param.Instant(day.Start()), "day_end": param.Instant(day.End()),
		"kept_reasons": strconv.FormatUint(^w.Rules.Decided(), 10), "is_v4": yes(ip.Unmap().Is4()),
	}
	err = w.query(ctx, "reports/explain_addresses", p, func(r driver.Rows) error {
		var agent string
		var byLog bool
		var seen []net.IP
		if err := r.Scan(&agent, &byLog, &seen); err != nil || w.Rules.BotReasons(agent) != 0 {
			return err
		}
		into := reported
		if byLog {
			into = logged
		}
		for _, a := range seen {
			into[[16]byte(a.To16())] = true
		}
		return nil
	})
	for a := range logged {
		if reported[a] {
			h.Common++
		}
	}
	h.Logged = len(logged)
	if h.Common >= addresses && h.Common*100 >= h.Logged*percent {
		h.SilentViews = silent
	}
	return h, err
}
