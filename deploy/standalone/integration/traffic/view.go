package traffic

import (
	"strconv"
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
	page.RequestID = pick(m, "", "", m.request())
	all := []event.Event{page}
	switch m.IntN(5) {
	case 0, 1:
		all = append(all, m.witnesses(page)...)
	case 2:
		all = append(all, m.other(page))
	}
	all = append(all, m.pings(page)...)
	if m.IntN(8) == 0 {
		custom := page
		custom.Kind, custom.ID, custom.Name, custom.Engaged = event.Custom, m.id(at), "signup", 77_000_000
		said(&custom)
		all = append(all, custom)
	}
	if m.IntN(12) == 0 {
		all = all[1:] // the page view was lost
	}
	return all
}

// said gives some custom events another name, and properties; by their ids, so that nothing else is drawn anew.
func said(custom *event.Event) {
	if custom.ID[15]%4 == 0 {
		custom.Name = "Größe \"x\""
	}
	if n := custom.ID[14] % 4; n > 0 {
		custom.Props = map[string]string{"plan": "pro/" + strconv.Itoa(int(n)), "a <b>": "1, \"2\"", "": "=ü"}
	}
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

// request is often new, and sometimes one that others have too.
func (m *maker) request() string { return strconv.Itoa(m.IntN(pick(m, 4, 1_000_000))) }

// witnesses are other views of the same page that may be the same one: what log and beacon say of it
// under ids of their own, close in time or by the same request.
func (m *maker) witnesses(page event.Event) (all []event.Event) {
	at := page.Time
	for range 1 + m.IntN(4) {
		o := page
		o.Kind, o.ID, o.ViewID = event.Pageview, m.id(at), m.id(at)
		o.Witness = pick(m, event.LogLine, event.LogLine, event.Beacon, event.Pixel)
		at = at.Add(pick(m, 0, time.Millisecond, 2*time.Second, 10*time.Second, 10*time.Second+time.Millisecond, m.below(4*time.Second), -m.below(4*time.Second)))
		o.Time, o.Received = at, at.Add(m.below(time.Second))
		o.RequestID = pick(m, "", page.RequestID, page.RequestID, m.request())
		o.Path = pick(m, page.Path, page.Path, page.Path, "/")
		o.UserAgent = pick(m, page.UserAgent, page.UserAgent, page.UserAgent, "agent/0")
		o.Enrich.BotReasons = pick(m, page.Enrich.BotReasons, page.Enrich.BotReasons, 4)
		if m.IntN(4) == 0 {
			m.device(&o.Enrich) // without the hints, or with other ones
		}
		all = append(all, o)
	}
	return all
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
