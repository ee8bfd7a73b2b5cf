package explain

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// pause is the longest that a session bridges, and the longest gap that counts.
const pause = 30 * time.Minute

// kind says where the time of a view comes from.
type kind int

const (
	unknown kind = iota
	measured
	gap
)

// step is a view in its chain.
type step struct {
	ledger.View
	engaged time.Duration // known only when pinged
	reach   time.Time     // furthest activity so far, with this view
	reacher time.Time     // start of the view that reaches so far
	broken  bool          // starts more than 30 minutes after the reach before it, or is the first
	kind    kind
	time    time.Duration
}

// chain is a visitor: the views of one user-agent at the address.
type chain struct {
	agent string
	steps []step
}

// session is a run of steps of a day: chain.steps[first:end].
type session struct{ first, end int }

// chains sorts views into visitors, in the order in which they came.
func chains(views []ledger.View) []chain {
	byAgent := map[string]int{}
	var all []chain
	views = slices.SortedFunc(slices.Values(views), func(a, b ledger.View) int {
		return cmp.Or(a.Start.Compare(b.Start), bytes.Compare(a.ID[:], b.ID[:]))
	})
	for _, v := range views {
		i, ok := byAgent[v.Agent]
		if !ok {
			i = len(all)
			byAgent[v.Agent], all = i, append(all, chain{agent: v.Agent})
		}
		all[i].steps = append(all[i].steps, step{View: v, engaged: v.Engaged()})
	}
	for i := range all {
		all[i].walk()
	}
	return all
}

// walk finds reach, breaks and times.
func (c *chain) walk() {
	for i := range c.steps {
		s := &c.steps[i]
		s.reach, s.reacher, s.broken = s.Start.Add(s.engaged), s.Start, true
		if i > 0 {
			before := c.steps[i-1]
			s.broken = s.Start.Sub(before.reach) > pause
			if before.reach.After(s.reach) {
				s.reach, s.reacher = before.reach, before.reacher
			}
		}
	}
	for i := range c.steps {
		s := &c.steps[i]
		switch {
		case s.Pinged:
			s.kind, s.time = measured, s.engaged
		case i+1 < len(c.steps) && !c.steps[i+1].broken:
			s.kind, s.time = gap, min(c.steps[i+1].Start.Sub(s.Start), pause)
		}
	}
}

// sessions cuts the views that started on the day.
func (c *chain) sessions(day ledger.Day) []session {
	var all []session
	for i, s := range c.steps {
		if s.Start.Before(day.Start()) || !s.Start.Before(day.End()) {
			continue
		}
		if len(all) == 0 || s.broken {
			all = append(all, session{first: i})
		}
		all[len(all)-1].end = i + 1
	}
	return all
}

// totals sums all sessions of the day.
func totals(all []chain, day ledger.Day) (t ledger.Totals) {
	for _, c := range all {
		for _, s := range c.sessions(day) {
			t.Sessions++
			for _, v := range c.steps[s.first:s.end] {
				t = add(t, v)
			}
		}
	}
	return t
}

func add(t ledger.Totals, s step) ledger.Totals {
	ms := uint64(s.time.Milliseconds())
	t.Accesses++
	t.SpentMS += ms
	switch s.kind {
	case measured:
		t.Evidence++
		t.EngagedMS += ms
	case gap:
		t.Gap++
	case unknown:
		t.Unknown++
	}
	return t
}
