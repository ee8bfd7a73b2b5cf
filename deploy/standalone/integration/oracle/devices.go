package oracle

import (
	"cmp"
	"net/netip"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// device is what a user-agent stands for.
type device struct{ browser, os, kind string }

// longest is the longest that a view lasts.
const longest = 24 * time.Hour

// devices tells what each user-agent stands for: what most addresses show on the day and as far around it
// as its views may reach; of several the last as text, and nothing at all only where nothing else is shown.
func devices(events []event.Event, day ledger.Day) map[string]device {
	from, to := day.Start().Add(-longest-pause), day.End().Add(longest+pause)
	addresses := map[string]map[device]map[netip.Addr]bool{}
	for _, e := range events {
		if e.Kind != event.Pageview || e.Time.Before(from) || !e.Time.Before(to) {
			continue
		}
		d := device{e.Enrich.Browser, e.Enrich.OS, e.Enrich.Device}
		if addresses[e.UserAgent] == nil {
			addresses[e.UserAgent] = map[device]map[netip.Addr]bool{}
		}
		if addresses[e.UserAgent][d] == nil {
			addresses[e.UserAgent][d] = map[netip.Addr]bool{}
		}
		addresses[e.UserAgent][d][e.Address] = true
	}
	shown := map[string]device{}
	for agent, of := range addresses {
		for d, ips := range of {
			best := shown[agent]
			if best == (device{}) || d != (device{}) && cmp.Or(cmp.Compare(len(ips), len(of[best])), d.compare(best)) > 0 {
				shown[agent] = d
			}
		}
	}
	return shown
}

func (d device) compare(o device) int {
	return cmp.Or(cmp.Compare(d.browser, o.browser), cmp.Compare(d.os, o.os), cmp.Compare(d.kind, o.kind))
}
