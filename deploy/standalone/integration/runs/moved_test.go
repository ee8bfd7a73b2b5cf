package runs

import (
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// TestMovedSite: a site that changes its time zone leaves the days of the old one and gets all its days
// in the new one, whether the old zone keeps other sites or none.
func TestMovedSite(t *testing.T) {
	norfolk, gambier := dayIn(t, "2020-06-02", "Pacific/Norfolk"), dayIn(t, "2020-06-02", "Pacific/Gambier")
	at := gambier.Start().Add(2 * time.Hour) // another date on Norfolk Island
	insert(t, view("mover", at, "/"), view("stayer", at, "/"))
	days := own{store, []string{norfolk.Zone.String(), gambier.Zone.String()}}
	mover, stayer := sites.Site{Key: "mover", Zone: norfolk.Zone}, sites.Site{Key: "stayer", Zone: norfolk.Zone}
	f := func(what string, want map[string]int, list ...sites.Site) {
		t.Helper()
		s := startAs(t, store, days, &leadership{}, list...)
		for began := time.Now(); ; {
			s.look(t)
			got := map[string]int{}
			for _, d := range []ledger.Day{norfolk, gambier} {
				for _, site := range sitesOf(t, d.Zone) {
					got[site+" in "+d.Zone.String()]++
				}
			}
			if same(got, want) {
				break
			}
			if time.Since(began) > time.Minute {
				t.Fatalf("%s: published are %v, want %v", what, got, want)
			}
		}
	}
	f("both at first", map[string]int{"mover in Pacific/Norfolk": 1, "stayer in Pacific/Norfolk": 1}, mover, stayer)
	mover.Zone = gambier.Zone
	f("one has moved", map[string]int{"mover in Pacific/Gambier": 1, "stayer in Pacific/Norfolk": 1}, mover, stayer)
	f("the other is gone", map[string]int{"mover in Pacific/Gambier": 1}, mover)
}

func same(a, b map[string]int) bool {
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	return len(a) == len(b)
}

// sitesOf lists the sites of all published days of a zone, once for each day.
func sitesOf(t *testing.T, zone *time.Location) (found []string) {
	t.Helper()
	_, rows, err := store.Report(t.Context(), "daily_by_site", map[string]string{"limit": "100000"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r[1] == zone.String() {
			found = append(found, r[2].(string))
		}
	}
	return found
}
