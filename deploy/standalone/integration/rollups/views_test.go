package rollups

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/oracle"
)

// TestFiguresFollowFromViews: what is summed over daily_views, by site, source, network or device, is what the
// tables of those say. A source's bot mark is its session's, so that it is left out there.
func TestFiguresFollowFromViews(t *testing.T) {
	for i := range uint64(4) {
		day := random(t, "follow", *seed+i)
		insert(t, day.Events)
		runDay(t, day.Day, day.Sites...)
		tables := published(t, day.Day)
		f := func(table string, by ...string) {
			t.Helper()
			want := map[string]map[string]uint64{}
			for _, row := range tables[table] {
				for _, column := range followed {
					add(want, row, by, column, row[column].(uint64))
				}
			}
			if diff := cmp.Diff(want, summed(tables["daily_views"], by)); diff != "" {
				t.Errorf("seed %d, %s by %s (-table +views):\n%s", *seed+i, table, by, diff)
			}
		}
		f("daily_site", "site", "is_bot")
		f("daily_sources", "site", "channel", "referrer_host", "utm_source", "utm_medium", "utm_campaign")
		f("daily_networks", "site", "country", "asn", "organisation", "network_class", "is_bot")
		f("daily_cities", "site", "country", "city", "is_bot")
		f("daily_devices", "site", "browser", "os", "device", "is_bot")
	}
}

// followed are the figures that follow from views.
var followed = []string{
	"accesses", "sessions", "sessions_continued", "bounces", "spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown",
}

// summed computes the figures as a reader of daily_views does.
func summed(views map[string]oracle.Row, by []string) map[string]map[string]uint64 {
	sums := map[string]map[string]uint64{}
	for _, v := range views {
		spent := v["spent_ms"].(uint64)
		evidence := v["kind"] == "evidence"
		count := map[string]bool{
			"accesses": true, "sessions": v["begins"].(bool), "sessions_continued": v["continued"].(bool),
			"bounces":        v["begins"].(bool) && v["ends"].(bool) && (!evidence || spent < 10_000),
			"views_evidence": evidence, "views_gap": v["kind"] == "gap", "views_unknown": v["kind"] == "unknown",
		}
		for _, column := range followed {
			n := uint64(0)
			switch {
			case column == "spent_ms", column == "engaged_ms" && evidence:
				n = spent
			case count[column]:
				n = 1
			}
			add(sums, v, by, column, n)
		}
	}
	return sums
}

// add adds to a figure of the row's group.
func add(sums map[string]map[string]uint64, row oracle.Row, by []string, column string, n uint64) {
	values := make([]string, len(by))
	for i, b := range by {
		values[i] = fmt.Sprint(row[b])
	}
	group := strings.Join(values, " | ")
	if sums[group] == nil {
		sums[group] = map[string]uint64{}
	}
	sums[group][column] += n
}
