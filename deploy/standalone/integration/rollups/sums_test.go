package rollups

import (
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// sums adds up the views of a day, for the oracle.
type sums struct {
	day           ledger.Day
	out           tables
	agents, pages map[accessKey]map[string]bool
	visitors      map[siteKey]map[chain]bool
	times         map[pageKey][]uint64
}

func newSums(day ledger.Day) *sums {
	return &sums{
		day: day,
		out: tables{
			Access: map[accessKey]access{}, Time: map[timeKey]spent{}, Pages: map[pageKey]page{},
			Sessions: map[sessionKey]session{}, Sources: map[sourceKey]source{}, Sites: map[siteKey]siteDay{},
		},
		agents: map[accessKey]map[string]bool{}, pages: map[accessKey]map[string]bool{},
		visitors: map[siteKey]map[chain]bool{}, times: map[pageKey][]uint64{},
	}
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
	var open sessionKey
	for i, v := range vs {
		if !inDay(i) {
			continue
		}
		first := breaks(i) || !inDay(i-1)
		last := breaks(i+1) || !inDay(i+1)
		t := spent{Accesses: 1, Entries: one(first), Exits: one(last)}
		switch {
		case v.pinged:
			t.Evidence, t.EngagedMS = 1, uint64(v.engaged.Milliseconds())
			t.SpentMS = t.EngagedMS
		case !breaks(i + 1):
			t.Gap, t.SpentMS = 1, uint64(min(vs[i+1].start.Sub(v.start), pause).Milliseconds())
		default:
			t.Unknown = 1
		}
		bounce := first && last && v.engaged < 10*time.Second
		s.addAccess(v, t, first && !breaks(i), bounce)
		s.addPage(v, t)
		s.addHour(v, t)
		if first {
			open = sessionKey{v.site, v.ip, sipHash(v.agent), v.start}
		}
		s.addSession(open, v, t, first, first && !breaks(i), bounce)
	}
}

func (s *sums) addAccess(v view, t spent, continued, bounce bool) {
	k := accessKey{v.site, v.ip, v.bot}
	if s.agents[k] == nil {
		s.agents[k], s.pages[k] = map[string]bool{}, map[string]bool{}
	}
	s.agents[k][v.agent], s.pages[k][v.path] = true, true
	a := s.out.Access[k]
	a.Accesses++
	a.Sessions += t.Entries
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
	s.out.Access[k] = a
}

func (s *sums) addPage(v view, t spent) {
	tk := timeKey{accessKey{v.site, v.ip, v.bot}, v.path}
	pk := pageKey{v.site, v.path, v.bot}
	p := s.out.Pages[pk]
	if _, seen := s.out.Time[tk]; !seen {
		p.Addresses++
	}
	p.spent = p.plus(t)
	s.out.Time[tk] = s.out.Time[tk].plus(t)
	s.out.Pages[pk] = p
	if t.Unknown == 0 {
		s.times[pk] = append(s.times[pk], t.SpentMS)
	}
}

func (s *sums) addHour(v view, t spent) {
	k := siteKey{v.site, v.bot}
	d := s.out.Sites[k]
	if d.ByHour == nil {
		hours := int((s.day.End().Sub(s.day.Start()) + time.Hour - 1) / time.Hour)
		d.ByHour, d.SpentByHour = make([]uint64, hours), make([]uint64, hours)
		s.visitors[k] = map[chain]bool{}
	}
	hour := int(v.start.Sub(s.day.Start()) / time.Hour)
	d.ByHour[hour]++
	d.SpentByHour[hour] += t.SpentMS
	s.visitors[k][chain{v.site, v.ip, v.agent}] = true
	s.out.Sites[k] = d
}

func (s *sums) addSession(k sessionKey, v view, t spent, first, continued, bounce bool) {
	o := s.out.Sessions[k]
	if first {
		o = session{IsBot: v.bot, Continued: continued, Entry: v.path, Source: v.source}
	}
	o.Views++
	o.Exit, o.Bounce = v.path, bounce
	o.DurationMS = max(o.DurationMS, uint64(v.start.Add(v.engaged).Sub(k.Started).Milliseconds()))
	o.SpentMS += t.SpentMS
	o.EngagedMS += t.EngagedMS
	o.Evidence += t.Evidence
	o.Gap += t.Gap
	o.Unknown += t.Unknown
	s.out.Sessions[k] = o
}

// bounds are the upper ends of the histogram's lengths, in ms; the last length has none.
var bounds = []uint64{5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000}

func (s *sums) finish() tables {
	for k, p := range s.out.Pages {
		times := s.times[k]
		slices.Sort(times)
		p.Histogram = []uint64{}
		if len(times) > 0 {
			p.Median, p.Histogram = &times[(len(times)-1)/2], make([]uint64, len(bounds)+1)
		}
		for _, t := range times {
			i, exact := slices.BinarySearch(bounds, t)
			p.Histogram[i+int(one(exact))]++
		}
		s.out.Pages[k] = p
	}
	for k, a := range s.out.Access {
		sk := siteKey{k.Site, k.IsBot}
		d := s.out.Sites[sk]
		d.Accesses += a.Accesses
		d.Addresses++
		d.Sessions += a.Sessions
		d.Bounces += a.Bounces
		d.SpentMS += a.SpentMS
		d.Visitors = uint64(len(s.visitors[sk]))
		s.out.Sites[sk] = d
	}
	for k, o := range s.out.Sessions {
		sk := sourceKey{k.Site, o.Source, o.IsBot}
		r := s.out.Sources[sk]
		s.out.Sources[sk] = source{r.Accesses + o.Views, r.Sessions + 1, r.Continued + one(o.Continued), r.Bounces + one(o.Bounce), r.SpentMS + o.SpentMS}
	}
	return s.out
}

func one(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
