package traffic

import (
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// view makes the events of one view: its page view, seen once or by two witnesses, and its pings.
func (m *maker) view(who event.Event, at time.Time) []event.Event {
	page := who
	page.Kind, page.ID, page.ViewID, page.Time = event.Pageview, m.id(at), m.id(at), at
	page.Witness = pick(m, event.Beacon, event.Beacon, event.LogLine, event.LogLine, event.Pixel, event.API)
	page.Received = at.Add(m.below(3 * time.Second))
	page.Path = pick(m, "/", "/ä", "/a,b", "/\"q\"", "/page#!/x=1")
	all := []event.Event{page}
	if m.IntN(5) == 0 {
		all = append(all, m.other(page))
	}
	all = append(all, m.pings(page)...)
	if m.IntN(8) == 0 {
		custom := page
		custom.Kind, custom.ID, custom.Name, custom.Engaged = event.Custom, m.id(at), "signup", 77_000_000
		all = append(all, custom)
	}
	if m.IntN(12) == 0 {
		all = all[1:] // the page view was lost
	}
	return all
}

// other is what another witness says of the same view, at the same moment or close to it.
func (m *maker) other(page event.Event) event.Event {
	o := page
	o.ID, o.Witness = m.id(page.Time), pick(m, event.LogLine, event.Beacon)
	o.Time = page.Time.Add(pick(m, 0, 0, m.below(9*time.Second), -m.below(9*time.Second)))
	o.Received = o.Time.Add(m.below(time.Second))
	o.Path, o.Referrer, o.Campaign = "/other", "", event.Campaign{}
	o.Enrich.BotReasons = pick[uint64](m, 0, 2)
	return o
}

// pings makes up to three: cumulative, sometimes more than the server can have seen.
func (m *maker) pings(page event.Event) (all []event.Event) {
	if page.Witness != event.Beacon && m.IntN(4) > 0 {
		return nil
	}
	engaged := time.Duration(0)
	for range m.IntN(4) {
		engaged += m.below(pick(m, 9*time.Second, time.Minute, time.Hour, 6*time.Hour))
		if m.IntN(5) == 0 {
			engaged = engaged.Truncate(5 * time.Second) // an end of the histogram's lengths, or of a bounce
		}
		ping := page
		ping.Kind, ping.ID, ping.Engaged = event.Engagement, m.id(page.Time), engaged.Milliseconds()
		ping.Time = page.Time.Add(engaged)
		if m.IntN(10) == 0 {
			ping.Time = page.Time.Add(m.below(time.Minute)) // a boast: the server has seen less
		}
		ping.Received = ping.Time.Add(m.below(time.Second))
		if m.IntN(10) == 0 {
			ping.Witness = pick(m, event.API, event.Beacon)
		}
		all = append(all, ping)
	}
	return all
}
