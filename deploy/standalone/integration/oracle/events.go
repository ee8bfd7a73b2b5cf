package oracle

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/dchest/siphash"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// eventsTable has one row per custom event.
const eventsTable = "daily_events"

// customEvents are those of the day, each once: the earliest of what was sent several times counts.
func customEvents(events []event.Event, all []visit, day ledger.Day) map[string]Row {
	type key struct {
		site string
		id   event.ID
	}
	first := map[key]event.Event{}
	for _, e := range events {
		k := key{e.Site, e.ID}
		if other, twice := first[k]; e.Kind == event.Custom && (!twice || earlier(e, other)) {
			first[k] = e
		}
	}
	people, bots := map[chain]bool{}, map[chain]bool{}
	for _, v := range all {
		c := chain{v.site, v.ip, v.agent}
		people[c], bots[c] = people[c] || !v.bot, bots[c] || v.bot
	}
	rows := map[string]Row{}
	for _, e := range first {
		if e.Time.Before(day.Start()) || !e.Time.Before(day.End()) {
			continue
		}
		c := chain{e.Site, e.Address, e.UserAgent}
		row := eventRow(e, isBot(e) || bots[c] && !people[c])
		maps.Copy(row, stated(day))
		rows[keyOf(rows, eventsTable, row)] = row
	}
	return rows
}

func earlier(a, b event.Event) bool {
	x, y := a.Address.As16(), b.Address.As16()
	return cmp.Or(a.Time.Compare(b.Time), slices.Compare(x[:], y[:]), slices.Compare(a.ViewID[:], b.ViewID[:])) < 0
}

func eventRow(e event.Event, bot bool) Row {
	n := e.Enrich
	props := map[string]string{}
	maps.Copy(props, e.Props)
	return Row{
		"site": e.Site, "name": e.Name, "event_time": e.Time.UTC(), "event_id": xxhash.Sum64(e.ID[:]), "view_id": e.ViewID.String(),
		"ip": e.Address, "agent": siphash.Hash(0, 0, []byte(e.UserAgent)), "is_bot": bot, "path": e.Path, "props": props,
		"referrer_host": strings.Split(sourceOf(e), "\t")[1],
		"utm_source":    e.Campaign.Source, "utm_medium": e.Campaign.Medium, "utm_campaign": e.Campaign.Name,
		"country": n.Country, "city": n.City, "asn": n.ASN, "organisation": n.Organisation, "network_class": n.NetworkClass,
		"browser": n.Browser, "os": n.OS, "device": n.Device,
	}
}
