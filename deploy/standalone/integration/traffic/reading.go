package traffic

import (
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// articles appear on a day of the two weeks, and interest in them halves every two days.
var articles = map[string]int{"/blog/exact-time": 1, "/blog/no-cookies": 7}

// read makes one visit of a reader on a day: where it comes from, its pages, and how long each is read.
func (m *maker) read(r reader, day int) (all []event.Event) {
	who := event.Event{
		Site: m.site, AddressMode: event.Full, Address: r.address, UserAgent: r.agent, Host: m.site,
		Language: "de", Enrich: r.enrich, Screen: pick[uint16](m, 390, 1280, 1920),
	}
	m.arrive(&who, day)
	path := m.landing(who, day)
	hour := pick(m, 8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 19, 20, 21)
	at := m.day.Start().Add(time.Duration(hour)*time.Hour + m.below(time.Hour)).UTC().Truncate(time.Millisecond)
	views := pick(m, 1, 1, 2, 3, 4)
	for range views {
		stays := time.Duration(4+m.IntN(40)) * time.Second
		if _, article := articles[path]; article {
			stays += time.Duration(30+m.IntN(240)) * time.Second
		}
		if views == 1 && m.IntN(2) == 0 {
			stays = 2*time.Second + m.below(7*time.Second) // leaves at once
		}
		all = append(all, m.reads(r, who, path, at, stays)...)
		at = at.Add(stays + m.below(20*time.Second))
		who.Referrer, who.Campaign = "https://"+m.site+path, event.Campaign{}
		path = m.follow(path, day)
	}
	return all
}

// arrive says what sent the reader.
func (m *maker) arrive(who *event.Event, day int) {
	switch m.IntN(6) {
	case 0, 1:
		who.Referrer = "https://search.example/"
	case 2:
		who.Referrer = "https://forum.example/t/42"
	case 3:
		if day < 7 {
			who.Campaign = event.Campaign{Source: "letter", Medium: "email", Name: "january"}
		} else {
			who.Campaign = event.Campaign{Source: "search", Medium: "cpc", Name: "exact"}
		}
	}
}

func (m *maker) landing(who event.Event, day int) string {
	if who.Campaign.Name != "" {
		return "/pricing"
	}
	for _, path := range []string{"/blog/exact-time", "/blog/no-cookies"} {
		if age := day - articles[path]; age >= 0 && m.IntN(1<<(1+age/2)) == 0 {
			return path
		}
	}
	return pick(m, "/", "/", "/", "/docs", "/pricing")
}

func (m *maker) follow(path string, day int) string {
	switch path {
	case "/":
		return pick(m, "/pricing", "/docs", "/docs", m.landing(event.Event{}, day))
	case "/pricing":
		return pick(m, "/signup", "/signup", "/docs", "/")
	case "/docs":
		return pick(m, "/docs/install", "/docs/install", "/pricing")
	}
	return pick(m, "/", "/pricing", "/docs")
}

// reads makes the events of one view: the log's line, the beacon's, its pings, and perhaps a sign-up.
func (m *maker) reads(r reader, who event.Event, path string, at time.Time, stays time.Duration) (all []event.Event) {
	page := who
	page.Kind, page.ID, page.ViewID = event.Pageview, m.id(at), m.id(at)
	page.Time, page.Received, page.Path, page.Title = at, at.Add(40*time.Millisecond), path, "Example: "+path
	if !r.noLog {
		line := page
		line.Witness, line.Log = event.LogLine, event.Log{Method: "GET", Status: 200, ContentType: "text/html"}
		all = append(all, line)
	}
	if r.blocks {
		return all
	}
	page.ID, page.Witness = m.id(at), event.Beacon // the same view: its log line names it
	all = append(all, page)
	for _, part := range []time.Duration{stays / 2, stays} {
		ping := page
		ping.Kind, ping.ID, ping.Engaged = event.Engagement, m.id(at), part.Milliseconds()
		ping.Time, ping.Received = at.Add(part), at.Add(part+40*time.Millisecond)
		ping.Scroll = uint8(min(100, 20+part/time.Second))
		all = append(all, ping)
	}
	if path == "/signup" && m.IntN(3) == 0 {
		done := page
		done.Kind, done.ID, done.Name, done.Props = event.Custom, m.id(at), "signup", map[string]string{"plan": pick(m, "free", "pro")}
		done.Time, done.Received = at.Add(stays), at.Add(stays+40*time.Millisecond)
		all = append(all, done)
	}
	return all
}
