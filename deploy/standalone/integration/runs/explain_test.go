package runs

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup/explain"
)

// explained explains what is published of the visitor's address.
func explained(t *testing.T, day ledger.Day, site string) (text string, agrees bool) {
	t.Helper()
	c := explain.Case{Site: site, Address: visitor, Day: day}
	var err error
	if c.Run, c.Late, err = newRunner(store, store).LastPublished(t.Context(), store, day, only(site)); err != nil {
		t.Fatal(err)
	}
	if c.Published, err = store.AddressTotals(t.Context(), day, site, visitor); err != nil {
		t.Fatal(err)
	}
	if c.Views, err = store.AddressViews(t.Context(), day, site, visitor); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	agrees, err = explain.Write(&out, c)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), agrees
}

// TestExplain: over random days the explanation, which computes on its own, comes to the published sums.
func TestExplain(t *testing.T) {
	for i := range 4 {
		r := rand.New(rand.NewPCG(uint64(i), 11))
		day := dayIn(t, fmt.Sprintf("2021-03-%d", 26+i), "Europe/Vienna") // the 28th has 23 hours
		site := fmt.Sprintf("explain-%d", i)
		var all []event.Event
		for range 25 {
			v := view(site, day.Start().Add(time.Duration(r.IntN(30*3600)-3*3600)*time.Second), fmt.Sprintf("/%d", r.IntN(4)))
			v.Witness = []event.Witness{event.LogLine, event.Beacon}[r.IntN(2)]
			v.UserAgent = []string{"Firefox", "Chrome"}[r.IntN(2)]
			all = append(all, v)
			if r.IntN(3) == 0 {
				other := view(site, v.Time.Add(time.Duration(r.IntN(8000)-4000)*time.Millisecond), v.Path)
				other.UserAgent, other.Witness = v.UserAgent, []event.Witness{event.LogLine, event.Beacon}[r.IntN(2)]
				all = append(all, other)
			}
			if v.Witness == event.Beacon {
				p := ping(v, time.Duration(r.IntN(3600))*time.Second)
				p.Address = []netip.Addr{visitor, netip.MustParseAddr("203.0.113.8")}[r.IntN(2)] // the phone has changed networks
				all = append(all, p)
			}
		}
		insert(t, all...)
		publish(t, day, site)
		if text, agrees := explained(t, day, site); !agrees {
			t.Errorf("seed %d: the explanation comes to other sums:\n%s", i, text)
		}
	}
}
