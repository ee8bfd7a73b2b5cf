// Package witness finds the page views that two witnesses saw: a line of the web server's log, and what
// the browser sent itself.
//
// Of one address, the earliest log line and the earliest other view with one request id are one view. Of
// the rest, a log line and another view are one when they are neighbours in time among the views of one
// user-agent and page, at most Apart from each other, not both with a request id, and when neither has
// such a neighbour that is nearer: of two as near, the earlier one. That is repeated twice among what is
// left.
package witness

import (
	"cmp"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Apart is how far apart two witnesses without a common request id may put one view.
const Apart = 10 * time.Second

// rounds is how often neighbours are looked for.
const rounds = 3

// View is a page view of one address that one witness saw. Agent and Path tell user-agents and pages
// apart, Request requests; a view without a request id has Request 0.
type View struct {
	ID      event.ID
	Start   int64 // Unix time, ms
	Agent   uint64
	Path    string
	Request uint64
	Log     bool // seen by the log alone, or else not by the log
}

// Pair is the same view twice: places in the list that Pairs was given.
type Pair struct{ Log, Other int }

// Pairs finds the pairs among the views of one address. Their order does not matter.
func Pairs(views []View) []Pair {
	left := make([]int, len(views))
	for i := range left {
		left[i] = i
	}
	found, left := byRequest(views, left)
	for range rounds {
		var more []Pair
		more, left = neighbours(views, left)
		if len(more) == 0 {
			break
		}
		found = append(found, more...)
	}
	return found
}

func inTime(a, b View) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), slices.Compare(a.ID[:], b.ID[:]))
}

func byRequest(views []View, all []int) (found []Pair, left []int) {
	slices.SortFunc(all, func(i, j int) int {
		return cmp.Or(cmp.Compare(views[i].Request, views[j].Request), inTime(views[i], views[j]))
	})
	for len(all) > 0 {
		n := 1
		for n < len(all) && views[all[n]].Request == views[all[0]].Request {
			n++
		}
		one := all[:n]
		all = all[n:]
		log := slices.IndexFunc(one, func(i int) bool { return views[i].Log })
		other := slices.IndexFunc(one, func(i int) bool { return !views[i].Log })
		if views[one[0]].Request == 0 || log < 0 || other < 0 {
			left = append(left, one...)
			continue
		}
		found = append(found, Pair{one[log], one[other]})
		for i, v := range one {
			if i != log && i != other {
				left = append(left, v)
			}
		}
	}
	return found, left
}

func neighbours(views []View, all []int) (found []Pair, left []int) {
	slices.SortFunc(all, func(i, j int) int {
		a, b := views[i], views[j]
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Path, b.Path), inTime(a, b))
	})
	const none = int64(1<<63 - 1)
	gap := func(i int) int64 { // between the places i and i+1
		if i < 0 || i+1 >= len(all) {
			return none
		}
		a, b := views[all[i]], views[all[i+1]]
		if a.Agent != b.Agent || a.Path != b.Path || a.Log == b.Log || a.Request != 0 && b.Request != 0 || b.Start-a.Start > Apart.Milliseconds() {
			return none
		}
		return b.Start - a.Start
	}
	before, here := none, gap(0)
	for i := 0; i < len(all); i++ {
		behind := gap(i + 1)
		if here == none || here >= before || here > behind {
			left = append(left, all[i])
			before, here = here, behind
			continue
		}
		p := Pair{all[i], all[i+1]}
		if !views[p.Log].Log {
			p.Log, p.Other = p.Other, p.Log
		}
		found = append(found, p)
		i++
		before, here = behind, gap(i+1)
	}
	return found, left
}
