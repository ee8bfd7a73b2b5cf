package extract

import (
	"maps"
	"time"
)

// merge tells which rows have to be written so that the table says what was read.
func merge(known map[string]stored, read batch, now time.Time) []stored {
	var rows []stored
	listed := make(map[string]bool, len(read.events))
	for _, e := range read.events {
		listed[e.ID] = true
		old, ok := known[e.ID]
		row := stored{Event: e}
		if ok && e.Details[LastUpdated] < old.Details[LastUpdated] { // an older state, of a cache perhaps
			row.Event = old.Event
		}
		if !ok || old.Gone || old.Stale || !same(row.Event, old.Event) {
			rows = append(rows, row)
		}
	}
	for id, old := range known {
		if listed[id] || old.Gone {
			continue
		}
		gone := read.complete && old.Ends.After(now)
		if gone || old.Stale {
			rows = append(rows, stored{Event: old.Event, Gone: gone})
		}
	}
	return rows
}

func same(a, b Event) bool {
	return a.ID == b.ID && a.Site == b.Site && a.Title == b.Title && a.URL == b.URL && a.Status == b.Status &&
		a.Starts.Equal(b.Starts) && a.Ends.Equal(b.Ends) && maps.Equal(a.Details, b.Details)
}
