package ledger

import "time"

// Touch is what stored events mean for a local day.
type Touch struct {
	// Last is when the last event was stored that can change the day's figures: of a view that
	// started on it, reaches into it, or lies within 30 minutes of it and so can share a session with it.
	Last time.Time
	// Views is how many views started on the day, at least; days without one need no run.
	Views uint64
}

// Merge adds what a later look has found.
func (t Touch) Merge(o Touch) Touch {
	if o.Last.After(t.Last) {
		t.Last = o.Last
	}
	t.Views = max(t.Views, o.Views)
	return t
}
