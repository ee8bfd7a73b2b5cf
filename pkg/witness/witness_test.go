package witness

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// read makes views from words such as L0 or B1500/r7@a: witness, milliseconds, request and user-agent.
func read(t *testing.T, text string) (views []View) {
	t.Helper()
	for i, word := range strings.Fields(text) {
		var v View
		word, agent, _ := strings.Cut(word, "@")
		word, request, _ := strings.Cut(word, "/r")
		if _, err := fmt.Sscan(word[1:], &v.Start); err != nil {
			t.Fatal(err)
		}
		if request != "" {
			if _, err := fmt.Sscan(request, &v.Request); err != nil {
				t.Fatal(err)
			}
		}
		v.ID, v.Log, v.Path = event.ID{byte(i)}, word[0] == 'L', "/"
		if agent != "" {
			v.Agent = uint64(agent[0])
		}
		views = append(views, v)
	}
	return views
}

func TestPairs(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		views := read(t, text)
		words := strings.Fields(text)
		var got []string
		for _, p := range Pairs(views) {
			if !views[p.Log].Log || views[p.Other].Log {
				t.Errorf("%s: %v is not a log line and another view", text, p)
			}
			got = append(got, words[p.Log]+"="+words[p.Other])
		}
		slices.Sort(got)
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s: pairs %q, want %q", text, g, want)
		}
	}
	f("", "")
	f("L0", "")
	f("L0 L1 B20000", "")
	f("L0 B300", "L0=B300")
	f("B0 L300", "L300=B0")
	f("L0 B10000", "L0=B10000")
	f("L0 B10001", "")
	f("L0@a B1@b", "")
	f("L0 L900 B1000", "L900=B1000")                      // one log line to one view, the nearest first
	f("L0 B900 L1000 B5000", "L0=B5000 L1000=B900")       // and then what is left, in the next round
	f("L0 B100 L200 B300", "L0=B100 L200=B300")           // of two as near the earlier one
	f("L0/r1 B8000/r1 L8100", "L0/r1=B8000/r1")           // a request says more than time
	f("L0/r1 B60000/r1@x", "L0/r1=B60000/r1@x")           // and more than distance
	f("L0/r1 B100/r2", "")                                // two requests are two views
	f("L0/r1 B100", "L0/r1=B100")                         // a browser that does not tell the request
	f("B0/r1 L5/r1 L9/r1 B12/r1", "L5/r1=B0/r1")          // one pair a request
	f("L0/r1 B5/r1 B9/r1 L40 B50", "L0/r1=B5/r1 L40=B50") // the second view of a request stays apart
}

// TestOrderDoesNotMatter gives the views in the opposite order.
func TestOrderDoesNotMatter(t *testing.T) {
	views := read(t, "L0 B900 L1000 B5000 L5000 B5000 L6000/r1 B6100/r1 B6200 L6300@a B6300@a")
	times := func(views []View) (all []string) {
		for _, p := range Pairs(views) {
			all = append(all, fmt.Sprint(views[p.Log].ID, views[p.Other].ID))
		}
		slices.Sort(all)
		return all
	}
	want := times(views)
	slices.Reverse(views)
	if got := times(views); !slices.Equal(got, want) || len(want) < 4 {
		t.Errorf("in the opposite order: pairs %v, want %v", got, want)
	}
}
