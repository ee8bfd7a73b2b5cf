package rollups

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// A dayMaker makes the events of a random day and its surroundings: several visitors behind few
// addresses, bots, pings before their view, repeats, two witnesses, sessions across both midnights.
type dayMaker struct {
	*rand.Rand
	site string
	day  ledger.Day
}

func (m *dayMaker) pick(n int) int { return m.IntN(n) }

func (m *dayMaker) id(at time.Time) event.ID {
	var hash [10]byte
	for i := range hash {
		hash[i] = byte(m.Uint32())
	}
	return event.ContentID(at, hash)
}

// events makes visits that each begin at a random moment between a day before and a day after.
func (m *dayMaker) events() []event.Event {
	var all []event.Event
	length := m.day.End().Sub(m.day.Start())
	for range 3 + m.pick(40) {
		at := m.day.Start().Add(-24*time.Hour + m.duration(length+48*time.Hour))
		if m.pick(3) == 0 { // near a midnight
			at = [2]time.Time{m.day.Start(), m.day.End()}[m.pick(2)].Add(m.duration(80*time.Minute) - 40*time.Minute)
		}
		all = append(all, m.visit(at.UTC().Truncate(time.Millisecond))...)
	}
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// duration is a random whole number of milliseconds below limit.
func (m *dayMaker) duration(limit time.Duration) time.Duration {
	return time.Duration(m.Int64N(limit.Milliseconds())) * time.Millisecond
}

// visit makes the views of one visitor, one after the other, with pauses around the 30 minutes.
func (m *dayMaker) visit(at time.Time) []event.Event {
	var all []event.Event
	base := event.Event{
		Site: m.site, Kind: event.Pageview, AddressMode: event.Full,
		Witness:   []event.Witness{event.Beacon, event.Beacon, event.LogLine, event.Pixel, event.API}[m.pick(5)],
		Address:   netip.AddrFrom4([4]byte{198, 51, 100, byte(m.pick(4))}),
		UserAgent: fmt.Sprintf("agent %d", m.pick(6)),
	}
	base.Host = "example.com"
	base.Referrer = []string{"", "", "https://search.example/?q=1", "https://example.com/home"}[m.pick(4)]
	if m.pick(4) == 0 {
		base.Campaign = event.Campaign{Source: "news", Medium: "mail", Name: fmt.Sprintf("week %d", m.pick(3))}
	}
	if m.pick(8) == 0 {
		base.Enrich.BotReasons = 1
	}
	for range 1 + m.pick(6) {
		all = append(all, m.view(base, at)...)
		at = at.Add([]time.Duration{0, time.Millisecond, 30 * time.Minute, 30*time.Minute + time.Millisecond,
			m.duration(5 * time.Minute), m.duration(time.Hour)}[m.pick(6)])
	}
	return all
}

// view makes one view with its pings; some events come twice, some page views never come.
func (m *dayMaker) view(base event.Event, at time.Time) []event.Event {
	v := base
	v.ID, v.ViewID, v.Time, v.Received = m.id(at), m.id(at), at, at.Add(m.duration(3*time.Second))
	v.Path = fmt.Sprintf("/page/%d", m.pick(5))
	all := []event.Event{v}
	if base.Witness == event.Beacon || m.pick(10) == 0 {
		engaged := int64(0)
		for range m.pick(4) {
			engaged += m.Int64N([]int64{9000, 60_000, 3_600_000}[m.pick(3)])
			ping := v
			ping.Kind, ping.ID, ping.Engaged = event.Engagement, m.id(at), engaged
			if m.pick(12) != 0 { // else it claims more than the server has seen
				ping.Time = at.Add(time.Duration(engaged) * time.Millisecond)
			}
			ping.Received = ping.Time
			all = append(all, ping)
		}
	}
	if m.pick(10) == 0 && len(all) > 1 {
		all = all[1:] // the page view was lost
	}
	for range m.pick(2) {
		all = append(all, all[m.pick(len(all))])
	}
	return all
}
