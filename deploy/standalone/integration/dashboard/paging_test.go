package dashboard

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

// TestPagesMakeTheWhole: a page of a table holds what stands there in the whole table, however it is sorted. Some
// tables find out first which rows a page has, and only then compute these.
func TestPagesMakeTheWhole(t *testing.T) {
	day, err := traffic.New("paging", *seed)
	if err != nil {
		t.Fatal(err)
	}
	insert(t, day.Events)
	publish(t, day.Day, day.Sites...)
	c := open(t, day.Zone, access.Everyone{})
	question := []string{"range", day.Date.String() + ".." + day.Date.String(), "bots", "all"}
	f := func(table, sort string, more ...string) {
		t.Helper()
		path := "/sites/" + day.Sites[0] + "/reports/" + table
		asked := append(append([]string{"sort", sort}, question...), more...)
		var whole figures.Table
		c.get(200, &whole, path, append(asked, "limit", "1000")...)
		if len(whole.Rows) < 5 || whole.Total != uint64(len(whole.Rows)) {
			t.Fatalf("%s by %s: %d rows of %d: too few to have pages, or not all", table, sort, len(whole.Rows), whole.Total)
		}
		half := (len(whole.Rows) + 1) / 2
		for _, offset := range []int{0, half} {
			var page figures.Table
			c.get(200, &page, path, append(asked, "limit", strconv.Itoa(half), "offset", strconv.Itoa(offset))...)
			want := whole.Rows[offset:min(offset+half, len(whole.Rows))]
			if diff := cmp.Diff(want, page.Rows); diff != "" || page.Total != whole.Total {
				t.Errorf("%s by %s from row %d, %d of %d rows in all (-whole +page):\n%s", table, sort, offset, page.Total, whole.Total, diff)
			}
		}
	}
	for _, sort := range []string{"-accesses", "spent_ms", "ip", "-is_bot", "-organisation"} {
		f("addresses", sort)
		f("addresses", sort, "filter", "path:*")
	}
	for _, sort := range []string{"-started_at", "started_at", "-spent_ms"} {
		f("sessions", sort)
		f("sessions", sort, "filter", "path:*")
	}
}
