package oracle

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// apart is how far apart two witnesses without a common request id may put one view.
const apart = 10 * time.Second

// pair makes one view of what a log line and another witness say of it.
func pair(all []view) []view {
	type address struct {
		site string
		ip   netip.Addr
	}
	var out []view
	byAddress := map[address][]view{}
	for _, v := range all {
		k := address{v.site, v.ip}
		byAddress[k] = append(byAddress[k], v)
	}
	for _, vs := range byAddress {
		vs, found := byRequest(vs)
		out = append(out, found...)
		for range 3 {
			vs, found = neighbours(vs)
			out = append(out, found...)
		}
		out = append(out, vs...)
	}
	return out
}

func (v view) onlyLog() bool { return v.byLog && !v.byOther }

// one is a log line and another view as one.
func one(log, other view) view {
	v := other
	if log.start.Before(v.start) {
		v.start = log.start
	}
	v.bot = v.bot || log.bot
	v.byLog = true
	v.pinged, v.engaged = v.pinged || log.pinged, max(v.engaged, log.engaged)
	return v
}

// byRequest pairs the earliest log line of a request with its earliest other view.
func byRequest(vs []view) (left, found []view) {
	type both struct{ log, other []view }
	requests := map[string]*both{}
	for _, v := range vs {
		switch {
		case v.request == "" || v.byLog && v.byOther:
			left = append(left, v)
			continue
		case requests[v.request] == nil:
			requests[v.request] = &both{}
		}
		if r := requests[v.request]; v.onlyLog() {
			r.log = append(r.log, v)
		} else {
			r.other = append(r.other, v)
		}
	}
	for _, r := range requests {
		slices.SortFunc(r.log, inTime)
		slices.SortFunc(r.other, inTime)
		if len(r.log) > 0 && len(r.other) > 0 {
			found = append(found, one(r.log[0], r.other[0]))
			r.log, r.other = r.log[1:], r.other[1:]
		}
		left = append(append(left, r.log...), r.other...)
	}
	return left, found
}

func inTime(a, b view) int {
	return cmp.Or(a.start.Compare(b.start), slices.Compare(a.id[:], b.id[:]))
}

// neighbours pairs a log line and another view of one user-agent and page that come next to each other,
// where neither has a nearer one on its other side.
func neighbours(vs []view) (left, found []view) {
	type page struct{ agent, path string }
	pages := map[page][]view{}
	for _, v := range vs {
		if v.byLog && v.byOther {
			left = append(left, v)
			continue
		}
		k := page{v.agent, v.path}
		pages[k] = append(pages[k], v)
	}
	for _, of := range pages {
		slices.SortFunc(of, inTime)
		const none = time.Duration(1<<63 - 1)
		gap := func(i int) time.Duration { // between i and i+1
			if i < 0 || i+1 >= len(of) || of[i].onlyLog() == of[i+1].onlyLog() || of[i].request != "" && of[i+1].request != "" {
				return none
			}
			if g := of[i+1].start.Sub(of[i].start); g <= apart {
				return g
			}
			return none
		}
		for i := 0; i < len(of); i++ {
			g := gap(i)
			if g == none || g >= gap(i-1) || g > gap(i+1) {
				left = append(left, of[i])
				continue
			}
			log, other := of[i], of[i+1]
			if other.onlyLog() {
				log, other = other, log
			}
			found = append(found, one(log, other))
			i++
		}
	}
	return left, found
}
