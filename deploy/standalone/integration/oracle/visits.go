package oracle

import (
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// visit is a view of the day with its place in its session and its time.
type visit struct {
	view
	first, last bool // of the session, as midnight cuts it
	continued   bool // the first view of a session that began the day before
	gap         bool // its time is the gap to the next view
	spent       time.Duration
	entry       *view // the first view of the session
	device      device
}

// known tells whether the view's time is.
func (v visit) known() bool { return v.pinged || v.gap }

// visits walks the views of one chain in their order, and returns those of the day.
func visits(vs []view, day ledger.Day) (all []visit) {
	reach := make([]time.Time, len(vs)) // furthest activity up to and with view i
	for i, v := range vs {
		reach[i] = v.start.Add(v.engaged)
		if i > 0 && reach[i-1].After(reach[i]) {
			reach[i] = reach[i-1]
		}
	}
	breaks := func(i int) bool { return i <= 0 || i >= len(vs) || vs[i].start.Sub(reach[i-1]) > pause }
	inDay := func(i int) bool {
		return i >= 0 && i < len(vs) && !vs[i].start.Before(day.Start()) && vs[i].start.Before(day.End())
	}
	var entry *view
	for i, v := range vs {
		if !inDay(i) {
			continue
		}
		o := visit{view: v, first: breaks(i) || !inDay(i-1), last: breaks(i+1) || !inDay(i+1)}
		if o.first {
			o.continued = !breaks(i)
			entry = &vs[i]
		}
		o.entry = entry
		switch {
		case v.pinged:
			o.spent = v.engaged
		case !breaks(i + 1):
			o.gap, o.spent = true, min(vs[i+1].start.Sub(v.start), pause)
		}
		all = append(all, o)
	}
	return all
}
