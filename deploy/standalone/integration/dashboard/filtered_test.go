package dashboard

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

var (
	seeds = flag.Int("seeds", 3, "random days to compare")
	seed  = flag.Uint64("seed", 1, "first seed")
)

// A filter that every view passes must change no figure: daily_views tells what the daily tables tell.
func TestFilteredEqualsDaily(t *testing.T) {
	for n := range *seeds {
		s := *seed + uint64(n)
		day, err := traffic.New("filtered", s)
		if err != nil {
			t.Fatal(err)
		}
		insert(t, day.Events)
		publish(t, day.Day, day.Sites...)
		c := open(t, day.Zone, access.Everyone{})
		for i, bots := range []string{"people", "bots", "all"} {
			question := []string{"range", day.Date.String() + ".." + day.Date.String(), "bots", bots}
			compareTables(t, s, c, day.Sites[i], question)
			compareTotals(t, s, c, day.Sites[i], question)
		}
	}
}

func compareTables(t *testing.T, seed uint64, c client, site string, question []string) {
	names := []string{"pages", "entries", "addresses", "networks", "countries", "cities", "devices", "witnesses", "events", "sessions"}
	if question[3] == "all" { // of a session with views of both kinds, daily_sources has all with its first one
		names = append(names, "sources", "campaigns")
	}
	for _, name := range names {
		var daily, filtered figures.Table
		path := "/sites/" + site + "/reports/" + name
		c.get(200, &daily, path, append(question, "limit", "1000")...)
		c.get(200, &filtered, path, append(question, "limit", "1000", "filter", "path:*")...)
		if diff := cmp.Diff(daily.Rows, filtered.Rows); diff != "" {
			t.Errorf("seed %d: %s %v: %s (-daily +filtered):\n%s", seed, site, question, name, diff)
		}
		if daily.Total != uint64(len(daily.Rows)) || filtered.Total != daily.Total {
			t.Errorf("seed %d: %s says %d and %d rows, has %d", seed, name, daily.Total, filtered.Total, len(daily.Rows))
		}
	}
}

func compareTotals(t *testing.T, seed uint64, c client, site string, question []string) {
	f := func(path string, daily, filtered any, more ...string) {
		t.Helper()
		question := append(append([]string{}, question...), more...)
		c.get(200, daily, "/sites/"+site+path, question...)
		c.get(200, filtered, "/sites/"+site+path, append(question, "filter", "path:*")...)
		if diff := cmp.Diff(daily, filtered, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Source" }, cmp.Ignore())); diff != "" {
			t.Errorf("seed %d: %s %s %v (-daily +filtered):\n%s", seed, site, path, question, diff)
		}
	}
	f("/summary", &figures.Summary{}, &figures.Summary{})
	f("/timeline", &figures.Timeline{}, &figures.Timeline{})
	f("/timeline", &figures.Timeline{}, &figures.Timeline{}, "by", "hour")
}
