package oracle

import (
	"net/netip"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// lengths are the upper ends of the histogram's lengths, in ms; the last length has none.
var lengths = []uint64{5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000}

// group adds up views: every figure that any daily table has.
type group struct {
	day     ledger.Day
	visits  []visit // in the order of their chain
	sums    map[string]uint64
	chains  map[chain]bool
	address map[netip.Addr]bool
	paths   map[string]bool
	times   []uint64
	byHour  []uint64
	spentIn []uint64 // by hour
}

func newGroup(day ledger.Day) *group {
	hours := (day.End().Sub(day.Start()) + time.Hour - 1) / time.Hour
	return &group{
		day: day, sums: map[string]uint64{}, chains: map[chain]bool{}, address: map[netip.Addr]bool{}, paths: map[string]bool{},
		byHour: make([]uint64, hours), spentIn: make([]uint64, hours),
	}
}

func (g *group) add(v visit) {
	ms, hour := uint64(v.spent.Milliseconds()), v.start.Sub(g.day.Start())/time.Hour
	g.visits = append(g.visits, v)
	g.sums["spent_ms"] += ms
	g.byHour[hour]++
	g.spentIn[hour] += ms
	if v.pinged {
		g.sums["engaged_ms"] += ms
	}
	if v.known() {
		g.times = append(g.times, ms)
	}
	g.chains[chain{v.site, v.ip, v.agent}], g.address[v.ip], g.paths[v.path] = true, true, true
	for column, holds := range map[string]bool{
		"accesses": true, "sessions": v.first, "sessions_continued": v.continued, "exits": v.last,
		"bounces":        v.first && v.last && v.engaged < bounce,
		"views_evidence": v.pinged, "views_gap": v.gap, "views_unknown": !v.known(),
		"views_both": v.byLog && v.byOther, "views_log_only": !v.byOther, "views_beacon_only": !v.byLog,
	} {
		if holds {
			g.sums[column]++
		}
	}
}

// row tells the figures.
func (g *group) row() Row {
	first, last := g.visits[0], g.visits[0]
	var reach time.Time
	for _, v := range g.visits {
		if v.start.Before(first.start) {
			first = v
		}
		if !v.start.Before(last.start) {
			last = v // of several at once, the one that comes last in its chain
		}
		if end := v.start.Add(v.engaged); end.After(reach) {
			reach = end
		}
	}
	r := Row{
		"views": g.sums["accesses"], "entries": g.sums["sessions"], "bounce": g.sums["bounces"] > 0, "continued": g.sums["sessions_continued"] > 0,
		"visitors": uint64(len(g.chains)), "shared": len(g.chains) > 3, "addresses": uint64(len(g.address)), "pages": uint64(len(g.paths)),
		"first_seen": first.start.UTC(), "last_seen": last.start.UTC(),
		"entry_path": g.visits[0].path, "exit_path": last.path, "duration_ms": uint64(reach.Sub(first.start).Milliseconds()),
		"accesses_by_hour": g.byHour, "spent_ms_by_hour": g.spentIn,
	}
	for _, column := range []string{
		"accesses", "sessions", "sessions_continued", "exits", "bounces", "spent_ms", "engaged_ms",
		"views_evidence", "views_gap", "views_unknown", "views_both", "views_log_only", "views_beacon_only",
	} {
		r[column] = g.sums[column]
	}
	r["median_ms"], r["histogram"] = g.spread()
	return r
}

// spread is the lower median of the known times, nil without any, and how many are of each length.
func (g *group) spread() (median any, histogram []uint64) {
	if len(g.times) == 0 {
		return nil, []uint64{}
	}
	slices.Sort(g.times)
	histogram = make([]uint64, len(lengths)+1)
	for _, t := range g.times {
		i, exact := slices.BinarySearch(lengths, t)
		if exact {
			i++
		}
		histogram[i]++
	}
	return g.times[(len(g.times)-1)/2], histogram
}
