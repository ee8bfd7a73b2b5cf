package ledger

import "time"

// Touch is what stored events mean for a local day.
type Touch struct {
	// Last is when the last event was stored that can change the day's figures: of a view that
	// started on it, reaches into it, or lies within 30 minutes of it and so can share a session with it;
	// or a custom event of the day, or of the 30 minutes before it.
	Last time.Time
	// Events is how many views and custom events began on the day, about; days without one need no run.
	Events uint64
}

// Merge adds what a later look has found.
func (t Touch) Merge(o Touch) Touch {
	if o.Last.After(t.Last) {
		t.Last = o.Last
	}
	t.Events = max(t.Events, o.Events)
	return t
}
