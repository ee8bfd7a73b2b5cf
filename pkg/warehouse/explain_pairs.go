package warehouse

import (
	"hash/maphash"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/witness"
)

// pairViews makes one view of what two witnesses saw, as a run does.
func pairViews(views []ledger.View) []ledger.View {
	seed := maphash.MakeSeed()
	number := func(text string) uint64 {
		if text == "" {
			return 0
		}
		return maphash.String(seed, text)
	}
	var alone []witness.View
	var places []int
	for i, v := range views {
		if v.ByLog() && !v.OnlyByLog() {
			continue
		}
		alone = append(alone, witness.View{ID: [16]byte(v.ID), Start: v.Start.UnixMilli(), Agent: number(v.Agent), Path: v.Path, Request: number(v.Request), Log: v.ByLog()})
		places = append(places, i)
	}
	gone := make([]bool, len(views))
	for _, p := range witness.Pairs(alone) {
		line, v := views[places[p.Log]], &views[places[p.Other]]
		gone[places[p.Log]] = true
		v.LogStart, v.LogRequest = line.Start, line.Request
		v.Witnesses = append(v.Witnesses, "log")
		v.Bot = v.Bot || line.Bot
		for _, reason := range line.BotReasons {
			if !slices.Contains(v.BotReasons, reason) {
				v.BotReasons = append(v.BotReasons, reason)
			}
		}
		if line.Start.Before(v.Start) {
			v.Start = line.Start
		}
		if line.Pinged {
			v.Pinged, v.StatedMS = true, max(v.StatedMS, line.Engaged().Milliseconds())
		}
	}
	return keep(views, gone)
}
