package oracle

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// view is one page view: what its earliest page view event says, and its engaged time.
type view struct {
	id      event.ID
	site    string
	ip      netip.Addr
	agent   string
	path    string
	bot     bool
	start   time.Time
	source  string // channel, referrer host and campaign, with tabs between
	request string
	network string // country, AS number, organisation, class and city, with tabs between

	byLog, byOther bool // who saw the page view
	pinged         bool
	engaged        time.Duration
}

// views folds events into views. A view of which only pings came is none.
func views(events []event.Event) (all []view) {
	type key struct {
		site string
		id   event.ID
	}
	grouped := map[key][]event.Event{}
	for _, e := range events {
		k := key{e.Site, e.ViewID}
		grouped[k] = append(grouped[k], e)
	}
	for _, es := range grouped {
		var pages, pings []event.Event
		for _, e := range es {
			switch e.Kind {
			case event.Pageview:
				pages = append(pages, e)
			case event.Engagement:
				pings = append(pings, e)
			}
		}
		if len(pages) > 0 {
			v := seen(pages)
			v.pinged, v.engaged = len(pings) > 0, engaged(pages, pings)
			all = append(all, v)
		}
	}
	return all
}

// seen takes the fields of the earliest page view event; of two at once, the one with the lesser hash
// of its id.
func seen(pages []event.Event) view {
	first := slices.MinFunc(pages, func(a, b event.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(xxhash.Sum64(a.ID[:]), xxhash.Sum64(b.ID[:])))
	})
	isLog := func(e event.Event) bool { return e.Witness == event.LogLine }
	isOther := func(e event.Event) bool { return e.Witness != event.LogLine }
	return view{
		id: first.ViewID, site: first.Site, ip: first.Address, agent: first.UserAgent, path: first.Path,
		bot: isBot(first), start: first.Time, source: sourceOf(first), network: networkOf(first), request: first.RequestID,
		byLog: slices.ContainsFunc(pages, isLog), byOther: slices.ContainsFunc(pages, isOther),
	}
}

// engaged is the greatest engaged time that a ping told; a browser's is bounded by how long the server
// saw the browser itself, and 5 s.
func engaged(pages, pings []event.Event) time.Duration {
	var received []int64
	for _, e := range slices.Concat(pages, pings) {
		if e.Witness == event.Beacon {
			received = append(received, e.Received.UnixMilli())
		}
	}
	var ms int64
	for _, p := range pings {
		told := p.Engaged
		if p.Witness == event.Beacon {
			told = min(told, slices.Max(received)-slices.Min(received)+5000)
		}
		ms = max(ms, told)
	}
	return time.Duration(ms) * time.Millisecond
}

// sourceOf is where a view says that it came from.
func sourceOf(e event.Event) string {
	host := ""
	if u, err := url.Parse(e.Referrer); err == nil {
		host = strings.ToLower(u.Hostname())
	}
	channel := lists().channelOf(host, e)
	return strings.Join([]string{channel, host, e.Campaign.Source, e.Campaign.Medium, e.Campaign.Name}, "\t")
}

func networkOf(e event.Event) string {
	n := e.Enrich
	return strings.Join([]string{n.Country, strconv.FormatUint(uint64(n.ASN), 10), n.Organisation, n.NetworkClass, n.City}, "\t")
}
