// Package oracle computes the daily tables from the definitions in plain Go, view by view, without any
// of the SQL's tricks, and holds them against what is published. It shares no code with the rollups.
//
// A row is a map from column to value, so that a column that a table gains and the oracle does not
// know is a difference too.
package oracle

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Row is one row of a daily table, by column.
type Row map[string]any

// Tables are the rows of one day, by table and by the text of their key.
type Tables map[string]map[string]Row

// pause is the longest one inside a session, and the longest gap that counts.
const pause = 30 * time.Minute

// bounce is the engaged time from which a single view is none.
const bounce = 10 * time.Second

type chain struct {
	site  string
	ip    netip.Addr
	agent string
}

// Of computes the daily tables of a day from events in whatever order and number.
func Of(events []event.Event, day ledger.Day) Tables {
	return Counting(events, day, func(string, bool, bool) bool { return true })
}

// Counting is Of where not every view counts; it asks by the site and by who has seen the view.
func Counting(events []event.Event, day ledger.Day, counts func(site string, byLog, byOther bool) bool) Tables {
	chains := map[chain][]view{}
	for _, v := range pair(views(events)) {
		if !counts(v.site, v.byLog, v.byOther) {
			continue
		}
		k := chain{v.site, v.ip, v.agent}
		chains[k] = append(chains[k], v)
	}
	inUse := beaconInUse(events, day)
	var all []visit
	for c, vs := range chains {
		slices.SortFunc(vs, func(a, b view) int {
			return cmp.Or(a.start.Compare(b.start), slices.Compare(a.id[:], b.id[:]))
		})
		countsBoth := counts(c.site, true, false) && counts(c.site, false, true)
		markHabits(vs, day, countsBoth && inUse[family{c.site, c.ip.Is4()}])
		all = append(all, visits(vs, day)...)
	}
	networks(all)
	shown := devices(events, day)
	for i, v := range all {
		all[i].device = shown[v.agent]
	}
	out := tables(all, day)
	out[eventsTable] = customEvents(events, all, day)
	return out
}

// networks gives each view the network that its address counts in: the greatest as text.
func networks(all []visit) {
	type address struct {
		site string
		ip   netip.Addr
		bot  bool
	}
	greatest := map[address]string{}
	for _, v := range all {
		k := address{v.site, v.ip, v.bot}
		greatest[k] = max(greatest[k], v.network)
	}
	for i, v := range all {
		all[i].network = greatest[address{v.site, v.ip, v.bot}]
	}
}
