package rollups

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// The oracle computes a day from the definitions in plain Go, view by view, without any of the SQL's
// tricks. It shares no code with the rollups.

// day holds the daily tables of one day.
type tables struct {
	Access   map[accessKey]access
	Time     map[timeKey]spent
	Pages    map[pageKey]page
	Sessions map[sessionKey]session
	Sources  map[sourceKey]source
	Sites    map[siteKey]siteDay
}

type accessKey struct {
	Site  string
	IP    netip.Addr
	IsBot bool
}

type access struct {
	Accesses, Sessions, Continued, Visitors, Pages, Bounces uint64
	SpentMS, EngagedMS, Evidence, Gap, Unknown              uint64
	Shared                                                  bool
	First, Last                                             time.Time
}

type timeKey struct {
	accessKey
	Path string
}

type spent struct{ Accesses, Entries, Exits, SpentMS, EngagedMS, Evidence, Gap, Unknown uint64 }

func (a spent) plus(b spent) spent {
	return spent{a.Accesses + b.Accesses, a.Entries + b.Entries, a.Exits + b.Exits, a.SpentMS + b.SpentMS,
		a.EngagedMS + b.EngagedMS, a.Evidence + b.Evidence, a.Gap + b.Gap, a.Unknown + b.Unknown}
}

type pageKey struct {
	Site, Path string
	IsBot      bool
}

type page struct {
	spent
	Addresses uint64
	Median    *uint64
	Histogram []uint64
}

type sessionKey struct {
	Site    string
	IP      netip.Addr
	Agent   uint64
	Started time.Time
}

type session struct {
	IsBot, Continued, Bounce bool
	DurationMS, Views        uint64
	Entry, Exit              string
	SpentMS, EngagedMS       uint64
	Evidence, Gap, Unknown   uint64
	Source                   string
}

type sourceKey struct {
	Site, Source string
	IsBot        bool
}

type source struct{ Accesses, Sessions, Continued, Bounces, SpentMS uint64 }

type siteKey struct {
	Site  string
	IsBot bool
}

type siteDay struct {
	Accesses, Addresses, Visitors, Sessions, Bounces, SpentMS uint64
	ByHour, SpentByHour                                       []uint64
}

type view struct {
	id      event.ID
	site    string
	ip      netip.Addr
	agent   string
	path    string
	source  string
	bot     bool
	start   time.Time
	pinged  bool
	engaged time.Duration
}

type chain struct {
	site  string
	ip    netip.Addr
	agent string
}

const pause = 30 * time.Minute

// oracle returns the daily tables of a day.
func oracle(events []event.Event, day ledger.Day) tables {
	chains := map[chain][]view{}
	for _, v := range views(events) {
		k := chain{v.site, v.ip, v.agent}
		chains[k] = append(chains[k], v)
	}
	sum := newSums(day)
	for _, vs := range chains {
		slices.SortFunc(vs, func(a, b view) int {
			return cmp.Or(a.start.Compare(b.start), slices.Compare(a.id[:], b.id[:]))
		})
		sum.chain(vs)
	}
	return sum.finish()
}

// views folds events, in whatever order and number, into views.
func views(events []event.Event) []view {
	type id struct {
		site string
		view event.ID
	}
	grouped := map[id][]event.Event{}
	for _, e := range events {
		if e.Kind == event.Pageview || e.Kind == event.Engagement {
			k := id{e.Site, e.ViewID}
			grouped[k] = append(grouped[k], e)
		}
	}
	var all []view
	for k, es := range grouped {
		v := view{id: k.view, site: k.site}
		var firstSeen, lastSeen time.Time
		var claimed, stated int64
		for _, e := range es {
			if e.Kind == event.Pageview && (v.start.IsZero() || e.Time.Before(v.start)) {
				v.start, v.ip, v.agent, v.path, v.bot = e.Time, e.Address, e.UserAgent, e.Path, e.Enrich.BotReasons != 0
				v.source = sourceOf(e)
			}
			if e.Witness == event.Beacon {
				if firstSeen.IsZero() || e.Received.Before(firstSeen) {
					firstSeen = e.Received
				}
				if e.Received.After(lastSeen) {
					lastSeen = e.Received
				}
			}
			if e.Kind == event.Engagement {
				v.pinged = true
				if e.Witness == event.Beacon {
					claimed = max(claimed, e.Engaged)
				} else {
					stated = max(stated, e.Engaged)
				}
			}
		}
		if v.start.IsZero() {
			continue // only pings: the page view itself was never seen
		}
		observed := lastSeen.Sub(firstSeen).Milliseconds() + 5000
		v.engaged = time.Duration(max(min(claimed, observed), stated)) * time.Millisecond
		all = append(all, v)
	}
	return all
}

// sourceOf is where a view says that it came from: channel, referrer host and campaign.
func sourceOf(e event.Event) string {
	host := ""
	if u, err := url.Parse(e.Referrer); err == nil {
		host = u.Hostname()
	}
	channel := "referral"
	switch {
	case e.Campaign != (event.Campaign{}):
		channel = "campaign"
	case host == "":
		channel = "direct"
	case host == e.Host:
		channel = "internal"
	}
	return strings.Join([]string{channel, host, e.Campaign.Source, e.Campaign.Medium, e.Campaign.Name}, " ")
}
