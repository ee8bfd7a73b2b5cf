package rollups

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// The oracle computes a day from the definitions in plain Go, view by view, without any of the SQL's
// tricks. It shares no code with the rollups.

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

type spent struct{ Accesses, SpentMS, EngagedMS, Evidence, Gap, Unknown uint64 }

type view struct {
	id      event.ID
	site    string
	ip      netip.Addr
	agent   string
	path    string
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

// oracle returns the two daily tables of a day.
func oracle(events []event.Event, day ledger.Day) (map[accessKey]access, map[timeKey]spent) {
	chains := map[chain][]view{}
	for _, v := range views(events) {
		k := chain{v.site, v.ip, v.agent}
		chains[k] = append(chains[k], v)
	}
	sum := &sums{day: day, access: map[accessKey]access{}, time: map[timeKey]spent{}, agents: map[accessKey]map[string]bool{}, pages: map[accessKey]map[string]bool{}}
	for _, vs := range chains {
		slices.SortFunc(vs, func(a, b view) int {
			return cmp.Or(a.start.Compare(b.start), slices.Compare(a.id[:], b.id[:]))
		})
		sum.chain(vs)
	}
	return sum.access, sum.time
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

type sums struct {
	day           ledger.Day
	access        map[accessKey]access
	time          map[timeKey]spent
	agents, pages map[accessKey]map[string]bool
}

// chain walks the views of one visitor chain.
func (s *sums) chain(vs []view) {
	reach := make([]time.Time, len(vs)) // furthest activity up to and with view i
	for i, v := range vs {
		reach[i] = v.start.Add(v.engaged)
		if i > 0 && reach[i-1].After(reach[i]) {
			reach[i] = reach[i-1]
		}
	}
	breaks := func(i int) bool { return i <= 0 || i >= len(vs) || vs[i].start.Sub(reach[i-1]) > pause }
	inDay := func(i int) bool {
		return i >= 0 && i < len(vs) && !vs[i].start.Before(s.day.Start()) && vs[i].start.Before(s.day.End())
	}
	for i, v := range vs {
		if !inDay(i) {
			continue
		}
		first := breaks(i) || !inDay(i-1)
		last := breaks(i+1) || !inDay(i+1)
		t := spent{Accesses: 1}
		switch {
		case v.pinged:
			t.Evidence, t.EngagedMS = 1, uint64(v.engaged.Milliseconds())
			t.SpentMS = t.EngagedMS
		case !breaks(i + 1):
			t.Gap, t.SpentMS = 1, uint64(min(vs[i+1].start.Sub(v.start), pause).Milliseconds())
		default:
			t.Unknown = 1
		}
		s.add(v, t, first, first && !breaks(i), first && last && v.engaged < 10*time.Second)
	}
}

func (s *sums) add(v view, t spent, first, continued, bounce bool) {
	k := accessKey{v.site, v.ip, v.bot}
	if s.agents[k] == nil {
		s.agents[k], s.pages[k] = map[string]bool{}, map[string]bool{}
	}
	s.agents[k][v.agent], s.pages[k][v.path] = true, true
	a := s.access[k]
	a.Accesses++
	a.Sessions += one(first)
	a.Continued += one(continued)
	a.Bounces += one(bounce)
	a.SpentMS += t.SpentMS
	a.EngagedMS += t.EngagedMS
	a.Evidence += t.Evidence
	a.Gap += t.Gap
	a.Unknown += t.Unknown
	a.Visitors, a.Pages = uint64(len(s.agents[k])), uint64(len(s.pages[k]))
	a.Shared = a.Visitors > 3
	if a.First.IsZero() || v.start.Before(a.First) {
		a.First = v.start
	}
	if v.start.After(a.Last) {
		a.Last = v.start
	}
	s.access[k] = a

	tk := timeKey{k, v.path}
	old := s.time[tk]
	s.time[tk] = spent{old.Accesses + 1, old.SpentMS + t.SpentMS, old.EngagedMS + t.EngagedMS, old.Evidence + t.Evidence, old.Gap + t.Gap, old.Unknown + t.Unknown}
}

func one(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
