package polars_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// visitors makes the events around a random day. It is a generator of its own, so that what the Go
// oracle's generator never thinks of has a second chance here: addresses of both families, networks,
// views that log and beacon both saw, page views that come twice with other content, custom events.
type visitors struct {
	*rand.Rand
	site string
	day  ledger.Day
}

func (v *visitors) ms(limit time.Duration) time.Duration {
	return time.Duration(v.Int64N(limit.Milliseconds())) * time.Millisecond
}

func (v *visitors) id(at time.Time) event.ID {
	var noise [10]byte
	for i := range noise {
		noise[i] = byte(v.Uint32())
	}
	return event.ContentID(at, noise)
}

func (v *visitors) events() (all []event.Event) {
	for range 10 + v.IntN(60) {
		who := event.Event{
			Site: v.site, AddressMode: event.Full, Address: v.address(),
			UserAgent: fmt.Sprintf("agent/%d", v.IntN(7)),
			Enrich:    event.Enrichment{Country: []string{"", "AT", "NP"}[v.IntN(3)], ASN: v.Uint32N(3), Organisation: []string{"", "Org"}[v.IntN(2)]},
		}
		if v.IntN(6) == 0 {
			who.Enrich.BotReasons = 1 << v.IntN(60)
		}
		edge := []time.Time{v.day.Start(), v.day.End(), v.day.Start().Add(12 * time.Hour)}[v.IntN(3)]
		at := edge.Add(v.ms(14*time.Hour) - 7*time.Hour)
		for range 1 + v.IntN(8) {
			all = append(all, v.view(who, at.UTC().Truncate(time.Millisecond))...)
			at = at.Add([]time.Duration{0, 1799999, 1800000, 1800001, v.ms(2*time.Minute) / time.Millisecond, v.ms(50*time.Minute) / time.Millisecond}[v.IntN(6)] * time.Millisecond)
		}
	}
	for range len(all) / 10 { // some come again
		all = append(all, all[v.IntN(len(all))])
	}
	v.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func (v *visitors) address() netip.Addr {
	if v.IntN(2) == 0 {
		return netip.AddrFrom4([4]byte{203, 0, 113, byte(v.IntN(5))})
	}
	return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 7: byte(v.IntN(2)), 15: byte(v.IntN(3))})
}

// view makes the events of one view, in no order that means anything.
func (v *visitors) view(who event.Event, at time.Time) (all []event.Event) {
	page := who
	page.Kind, page.ID, page.ViewID, page.Time = event.Pageview, v.id(at), v.id(at), at
	page.Witness = []event.Witness{event.Beacon, event.LogLine, event.Pixel, event.API}[v.IntN(4)]
	page.Received = at.Add(v.ms(2 * time.Second))
	page.Path = []string{"/", "/ä", "/a,b", "/\"q\"", "/page#=1"}[v.IntN(5)]
	all = append(all, page)
	if v.IntN(4) == 0 { // another witness, at the same moment or a little later, says something else
		other := page
		other.ID, other.Time = v.id(at), at.Add(time.Duration(v.IntN(3))*time.Second)
		other.Witness = []event.Witness{event.Beacon, event.LogLine}[v.IntN(2)]
		other.Path, other.Enrich.BotReasons = "/other", 0
		all = append(all, other)
	}
	engaged := int64(0)
	for range v.IntN(4) {
		engaged += v.Int64N([]int64{6000, 90_000, 2_000_000}[v.IntN(3)])
		ping := page
		ping.Kind, ping.ID, ping.Engaged = event.Engagement, v.id(at), engaged
		ping.Witness = []event.Witness{event.Beacon, event.Beacon, event.API}[v.IntN(3)]
		ping.Time = at.Add(v.ms(time.Duration(engaged+1000) * time.Millisecond))
		ping.Received = ping.Time
		all = append(all, ping)
	}
	if v.IntN(8) == 0 {
		custom := page
		custom.Kind, custom.ID, custom.Name, custom.Engaged = event.Custom, v.id(at), "signup", 5
		all = append(all, custom)
	}
	if v.IntN(12) == 0 {
		all = all[1:] // the first page view never came
	}
	return all
}
