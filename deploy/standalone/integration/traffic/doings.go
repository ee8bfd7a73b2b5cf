package traffic

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// doings are what one of the visitors with habits does.
func (m *maker) doings(visitor byte, n numbers) (all []event.Event) {
	who, at := m.reader(0, visitor), m.hour()
	slow := 20 * time.Hour
	switch visitor {
	case Fast:
		return m.run(who, at, n.fast+1, n.within)
	case FastEnough:
		return m.run(who, at, n.fast+1, n.within+time.Millisecond)
	case NotManyEnough:
		return m.run(who, at, n.fast, 0)
	case AcrossMidnight:
		return m.run(who, m.day.Start().Add(-n.within/2), n.fast+1, n.within)
	case TwoAgents:
		all = m.run(who, at, n.fast, n.within)
		who.UserAgent = "another"
		return append(all, m.run(who, at, n.fast, n.within)...)
	case SentTwice:
		all = m.run(who, at, n.fast, n.within)
		return append(all, all...)
	case SeenTwice:
		return m.seenTwice(who, at, n.fast, n.within)
	case SeenTwiceAndFast:
		return m.seenTwice(who, at, n.fast+1, n.within)
	case NoAgent:
		who.UserAgent = ""
		for _, e := range m.run(who, at, n.fast+1, n.within) {
			e.Witness = event.API
			all = append(all, e)
		}
		return all
	case Silent:
		return m.run(who, m.day.Start(), n.silent, slow)
	case NotSilentEnough:
		return m.run(who, m.day.Start(), n.silent-1, slow)
	case HeardOnce:
		all = m.run(who, m.day.Start(), n.silent, slow)
		all[m.IntN(len(all))].Witness = pick(m, event.Beacon, event.Pixel, event.API)
		return all
	case PingedOnce:
		all = m.run(who, m.day.Start(), n.silent, slow)
		ping := all[m.IntN(len(all))]
		ping.ID, ping.Kind, ping.Witness, ping.Engaged = m.id(ping.Time), event.Engagement, event.Beacon, 1000
		return append(all, ping)
	case SilentAcrossMidnight:
		return m.run(who, m.day.Start().Add(-time.Minute), n.silent, slow)
	}
	return nil
}

// reader is a visitor without any other sign of a bot.
func (m *maker) reader(net, number byte) event.Event {
	address := netip.AddrFrom4([4]byte{198, 51, net, number})
	if net == 6 {
		address = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: number})
	}
	return event.Event{Site: m.site, AddressMode: event.Full, Address: address, UserAgent: "reader/" + strconv.Itoa(int(number)), Host: "example.com"}
}

// hour is a moment that leaves an hour to either midnight.
func (m *maker) hour() time.Time {
	return m.day.Start().Add(time.Hour + m.below(m.day.End().Sub(m.day.Start())-2*time.Hour))
}

// at is a page view that the log has seen.
func (m *maker) at(who event.Event, at time.Time, path string) event.Event {
	at = at.UTC().Truncate(time.Millisecond)
	who.Kind, who.ID, who.ViewID, who.Witness = event.Pageview, m.id(at), m.id(at), event.LogLine
	who.Time, who.Received, who.Path = at, at.Add(time.Second), path
	return who
}

// run makes n views from a moment on, the last of them so much later.
func (m *maker) run(who event.Event, at time.Time, n int, over time.Duration) (all []event.Event) {
	for i := range n {
		all = append(all, m.at(who, at.Add(over*time.Duration(i)/time.Duration(max(n-1, 1))), "/"+strconv.Itoa(i)))
	}
	return all
}

// seenTwice makes n views that log and beacon tell under ids of their own.
func (m *maker) seenTwice(who event.Event, at time.Time, n int, over time.Duration) []event.Event {
	all := m.run(who, at, n, over)
	for _, line := range all {
		line.ID, line.ViewID, line.Witness = m.id(line.Time), m.id(line.Time), event.Beacon
		line.Time = line.Time.Add(time.Second)
		line.Received = line.Time
		all = append(all, line)
	}
	return all
}
