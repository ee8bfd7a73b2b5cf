package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Days around a launch beside what is usual on them: the example has four views, two visits and 940 s a day.
func TestTraffic(t *testing.T) {
	launch := ledger.Date{Year: 2023, Month: 9, Day: 6}
	for week := 1; week <= 4; week++ {
		example(t, "pad", launch.Add(-7*week))
	}
	example(t, "pad", launch)
	for _, site := range []string{"pad", "elsewhere"} {
		row := fmt.Sprintf(`[{"id":"of/%s","site":"%s","title":"Launch","url":"","starts_at":"2023-09-06 10:00:00.000","ends_at":"2023-09-06 11:00:00.000",`+
			`"status":"","details":{},"gone":false,"stale":false}]`, site, site)
		if err := store.Record(t.Context(), "upsert_events", map[string]string{"source": "launches", "events": row}); err != nil {
			t.Fatal(err)
		}
	}
	c := open(t, time.UTC, as{Name: "vic", Role: access.Viewer, Sites: []string{"pad"}, Via: access.Session})
	path := "/sites/pad/annotations/traffic"
	var got figures.Traffic
	c.get(200, &got, path, "source", "launches", "id", "of/pad")
	var lines []string
	for _, d := range got.Days {
		line := d.Day[5:] + " " + d.Phase + " " + d.State
		if d.Accesses != nil && d.Sessions != nil && d.Addresses != nil && d.SpentMS != nil {
			line += fmt.Sprint(" ", *d.Accesses, " ", *d.Sessions, " ", *d.Addresses, " ", *d.SpentMS)
		}
		if u := d.Usual; u.Accesses != nil && u.Sessions != nil && u.Addresses != nil && u.SpentMS != nil {
			line += fmt.Sprint(" usually ", *u.Accesses, *u.Sessions, *u.Addresses, *u.SpentMS)
		}
		lines = append(lines, line)
	}
	want := "09-03 before missing; 09-04 before missing; 09-05 before missing; " +
		"09-06 during final 4 2 1 940000 usually {4 0} {2 0} {1 0} {940000 0}; 09-07 after missing; 09-08 after missing; 09-09 after missing"
	if all := strings.Join(lines, "; "); all != want {
		t.Errorf("the days are\n%s\nwant\n%s", all, want)
	}
	c.get(200, &got, path, "source", "launches", "id", "of/pad", "filter", "path:/a")
	if d := got.Days[3]; got.Source != "daily_views" || d.Accesses == nil || *d.Accesses != 2 || d.Usual.Accesses == nil || d.Usual.Accesses.Mean != 2 {
		t.Errorf("of one page it is %+v", got)
	}
	c.get(404, nil, path, "source", "launches", "id", "of/elsewhere")
	c.get(404, nil, path, "source", "annotation", "id", "of/pad")
	c.get(403, nil, "/sites/elsewhere/annotations/traffic", "source", "launches", "id", "of/elsewhere")
	share := access.Share{Site: "pad", Page: "overview", Query: "range=2023-09-06..2023-09-06"}
	open(t, time.UTC, as{Name: "a link", Role: access.Viewer, Via: access.Link, Share: &share}).get(403, nil, path, "source", "launches", "id", "of/pad")
}
