package traffic

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// visit makes the views of one visitor, one after the other.
func (m *maker) visit() (all []event.Event) {
	who := m.visitor()
	at := m.begin().UTC().Truncate(time.Millisecond)
	for range 1 + m.IntN(6) {
		if m.IntN(20) == 0 {
			who.Enrich = m.network() // a phone that leaves the house
		}
		all = append(all, m.view(who, at)...)
		at = at.Add(pick(m, 0, time.Millisecond, 30*time.Minute-time.Millisecond, 30*time.Minute, 30*time.Minute+time.Millisecond,
			m.below(5*time.Minute), m.below(time.Hour)))
	}
	return all
}

// begin is a moment up to a day before or after the day; often one close to a midnight.
func (m *maker) begin() time.Time {
	switch m.IntN(3) {
	case 0:
		return pick(m, m.day.Start(), m.day.End()).Add(m.below(80*time.Minute) - 40*time.Minute)
	case 1:
		return m.day.Start().Add(m.below(m.day.End().Sub(m.day.Start())))
	}
	return m.day.Start().Add(m.below(m.day.End().Sub(m.day.Start())+46*time.Hour) - 23*time.Hour)
}

func (m *maker) visitor() event.Event {
	who := event.Event{
		Site: m.site, AddressMode: event.Full, Address: m.address(), UserAgent: "agent/" + strconv.Itoa(m.IntN(6)),
		Host: pick(m, "example.com", "example.com", "shop.example.com", ""), Enrich: m.network(),
		Referrer: pick(m, "", "", "https://search.example/?q=1", "https://example.com/home", "http://Social.Example:8443/a?b=https://c",
			"https://www.google.co.uk/", "https://mail.google.com/mail/", "https://chatgpt.com/", "https://old.Reddit.com/r/x", "https://google.evil.example/"),
	}
	if m.IntN(4) == 0 {
		// Any one of the fields makes a campaign.
		field := pick(m, &who.Campaign.Source, &who.Campaign.Medium, &who.Campaign.Name, &who.Campaign.Term, &who.Campaign.Content)
		*field = pick(m, "week 1", "Woche ü")
		if m.IntN(2) == 0 {
			who.Campaign.Source, who.Campaign.Medium = pick(m, "news", "ChatGPT.com"), pick(m, "mail", "CPC", "letter", "")
		}
	}
	if m.IntN(5) > 0 {
		m.device(&who.Enrich)
	}
	if m.IntN(7) == 0 {
		who.Enrich.BotReasons = 1 << m.IntN(8) // those above are what a user-agent tells, and a run decides itself
	}
	return who
}

// address draws from few, so that many visitors share them.
func (m *maker) address() netip.Addr {
	if m.IntN(2) == 0 {
		return netip.AddrFrom4([4]byte{203, 0, 113, byte(m.IntN(3))})
	}
	return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 7: byte(m.IntN(2)), 15: byte(m.IntN(2))})
}

// device draws from few, so that the visitors of a user-agent do not agree.
func (m *maker) device(e *event.Enrichment) {
	e.Browser, e.OS, e.Device = pick(m, "Chrome", "Chrome", "Firefox"), pick(m, "", "Linux", "Linux", "Android"), pick(m, "desktop", "desktop", "phone", "bot")
}

// network draws numbers whose order as text is not that of numbers, and cities that are in two countries.
func (m *maker) network() event.Enrichment {
	return event.Enrichment{
		Country: pick(m, "", "AT", "AT", "NP"), ASN: pick[uint32](m, 0, 9, 10, 4294967295),
		Organisation: pick(m, "", "Österreich Netz", "a, \"b\""), NetworkClass: pick(m, "", "isp", "hosting"),
		City: pick(m, "", "Wien", "Springfield", "São Paulo"),
	}
}
