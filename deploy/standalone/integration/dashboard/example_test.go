package dashboard

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// example publishes the worked example of the definitions for a site, with a custom event beside it.
func example(t *testing.T, site string, date ledger.Date) ledger.Day {
	t.Helper()
	day := ledger.Day{Date: date, Zone: time.UTC}
	at := func(h, min, s int) time.Time { return day.Start().Add(time.Duration(h*3600+min*60+s) * time.Second) }
	view := func(start time.Time, path string, w event.Witness) event.Event {
		id := event.NewID(start)
		return event.Event{
			ID: id, ViewID: id, Site: site, Kind: event.Pageview, Witness: w, Time: start, Received: start,
			Address: netip.MustParseAddr("203.0.113.7"), AddressMode: event.Full, UserAgent: "one", Path: path,
			Enrich: event.Enrichment{Organisation: "=Example & Söhne", Country: "AT"},
		}
	}
	first := view(at(10, 0, 0), "/a", event.Beacon)
	ping := first
	ping.ID, ping.Kind, ping.Engaged = event.NewID(at(10, 0, 40)), event.Engagement, 40_000
	ping.Time, ping.Received = at(10, 0, 40), at(10, 0, 40)
	custom := first
	custom.ID, custom.Kind, custom.Name, custom.Props = event.NewID(at(10, 0, 20)), event.Custom, "signup", map[string]string{"plan": "<b>pro</b>"}
	insert(t, []event.Event{ping, first, custom, custom, view(at(10, 5, 0), "/b", event.LogLine), view(at(10, 20, 0), "/c", event.LogLine), view(at(11, 30, 0), "/a", event.LogLine)})
	publish(t, day, site)
	return day
}

func TestWorkedExample(t *testing.T) {
	day := example(t, "worked", ledger.Date{Year: 2023, Month: 5, Day: 4})
	c := open(t, time.UTC, access.Everyone{})
	question := []string{"range", day.Date.String() + ".." + day.Date.String()}
	f := func(got figures.Row, want figures.Row) {
		t.Helper()
		picked := figures.Row{}
		for name := range want {
			picked[name] = got[name]
		}
		if diff := cmp.Diff(want, picked); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	var s figures.Summary
	c.get(200, &s, "/sites/worked/summary", question...)
	f(s.Totals, figures.Row{
		"accesses": 4.0, "sessions": 2.0, "addresses": 1.0, "spent_ms": 940_000.0, "engaged_ms": 40_000.0, "mean_ms": 470_000.0,
		"views_evidence": 1.0, "views_gap": 1.0, "views_unknown": 2.0, "coverage": 0.5, "bounces": 1.0, "bounce_share": 0.5,
	})
	if s.Before == nil || s.Before.Days != 0 || s.Before.Totals["spent_ms"] != nil {
		t.Errorf("the day before, without figures, is %+v", s.Before)
	}
	table := func(name string, more ...string) []figures.Row {
		t.Helper()
		var table figures.Table
		c.get(200, &table, "/sites/worked/reports/"+name, append(question, more...)...)
		return table.Rows
	}
	pages := table("pages", "sort", "path")
	f(pages[0], figures.Row{"path": "/a", "accesses": 2.0, "spent_ms": 40_000.0, "mean_ms": 40_000.0, "median_from_ms": 30_000.0, "median_to_ms": 60_000.0, "coverage": 0.5})
	f(pages[1], figures.Row{"path": "/b", "accesses": 1.0, "spent_ms": 900_000.0, "median_from_ms": 600_000.0, "median_to_ms": 1_800_000.0})
	f(pages[2], figures.Row{"path": "/c", "accesses": 1.0, "spent_ms": nil, "mean_ms": nil, "median_from_ms": nil, "coverage": 0.0})
	if byTime := table("pages", "sort", "spent_ms"); byTime[2]["path"] != "/c" || byTime[0]["path"] != "/a" {
		t.Errorf("unknown times do not come last: %v", byTime)
	}
	f(table("addresses", "filter", "ip:203.0.113.0/24")[0], figures.Row{"ip": "203.0.113.7", "accesses": 4.0, "spent_ms": 940_000.0, "days": 1.0})
	if rows := table("addresses", "filter", "ip:203.0.114.0/24"); len(rows) != 0 {
		t.Errorf("another network has %v", rows)
	}
	f(table("views", "sort", "started_at", "filter", "path:!/a")[0], figures.Row{"path": "/b", "kind": "gap", "view_spent_ms": 900_000.0, "evidence": "log_only"})
	f(table("events")[0], figures.Row{"name": "signup", "events": 1.0, "event_views": 1.0, "properties": "plan: <b>pro</b> (1)"})
	f(table("networks", "search", "söhne")[0], figures.Row{"organisation": "=Example & Söhne", "country": "AT", "days": 1.0})
	f(table("witnesses")[0], figures.Row{"day": day.Date.String(), "views_beacon_only": 1.0, "views_log_only": 3.0, "log_only_share": 1.0})

	var line figures.Timeline
	c.get(200, &line, "/sites/worked/timeline", "range", "2023-05-03..2023-05-04", "filter", "path:/*")
	if p := line.Points; len(p) != 2 || p[0].Accesses != nil || p[0].State != "missing" || *p[1].Accesses != 4 || *p[1].SpentMS != 940_000 {
		t.Errorf("the time line is %+v", p)
	}
	var how figures.How
	c.get(200, &how, "/sites/worked/reports/pages/how", question...)
	if len(how.Runs) != 1 || how.Runs[0]["state"] != "final" || how.Runs[0]["checksum"] == "" || !strings.Contains(how.SQL, "daily_page_time") ||
		!strings.Contains(how.Rollup, "INSERT INTO") || how.Parameters["site"] != "worked" || how.Columns[0].Definition == "" {
		t.Errorf("how: %+v", how)
	}
}

// Every column of every table has a written definition.
func TestDefinitions(t *testing.T) {
	example(t, "defined", ledger.Date{Year: 2023, Month: 5, Day: 5})
	c := open(t, time.UTC, access.Everyone{})
	for _, name := range []string{"pages", "entries", "addresses", "networks", "companies", "countries", "cities", "sources", "campaigns", "devices", "witnesses", "events", "sessions", "views"} {
		var table figures.Table
		c.get(200, &table, "/sites/defined/reports/"+name, "range", "2023-05-05..2023-05-05")
		for _, column := range table.Columns {
			if column.Title == "" || column.Unit == "" || column.Definition == "" {
				t.Errorf("%s: the column %q has no definition", name, column.Name)
			}
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: a row has %d values for %d columns: %v", name, len(row), len(table.Columns), row)
			}
		}
	}
}

func TestBadQuestions(t *testing.T) {
	c := open(t, time.UTC, access.Everyone{})
	f := func(status int, want, path string, query ...string) {
		t.Helper()
		var body []byte
		c.get(status, &body, path, query...)
		if !strings.Contains(string(body), want) {
			t.Errorf("%s %v answers %s, want %q in it", path, query, body, want)
		}
	}
	f(422, `range \"nonsense\" must be`, "/sites/worked/summary", "range", "nonsense")
	f(422, "before it begins", "/sites/worked/summary", "range", "2023-05-04..2023-05-03")
	f(422, "at most 3660", "/sites/worked/summary", "range", "1990-01-01..2023-05-03")
	f(422, `day \"2023-02-30\"`, "/sites/worked/summary", "range", "2023-02-30..2023-05-03")
	f(422, "IANA name", "/sites/worked/summary", "tz", "Mars/Olympus")
	f(422, `there is no \"colour\"`, "/sites/worked/summary", "filter", "colour:red")
	f(422, "NAME:VALUE", "/sites/worked/summary", "filter", "red")
	f(422, "path is there twice", "/sites/worked/summary", "filter", "path:/a", "filter", "path:/b")
	f(422, "must be an address", "/sites/worked/summary", "filter", "ip:localhost")
	f(422, "cannot be filtered by channel", "/sites/worked/reports/events", "filter", "channel:direct")
	f(422, `sort \"shoe_size\"`, "/sites/worked/reports/pages", "sort", "shoe_size")
	f(422, `column \"shoe_size\"`, "/sites/worked/reports/addresses", "columns", "ip", "columns", "shoe_size")
	f(422, "histogram", "/sites/worked/reports/pages", "sort", "histogram")
	f(422, "at most 14 days", "/sites/worked/timeline", "by", "hour", "range", "30d")
	f(422, "expected value to be one of", "/sites/worked/summary", "bots", "robots")
	f(422, "unknown", "/sites/worked/summary", "colour", "red")
	f(422, "limit", "/sites/worked/reports/pages", "limit", "100000")
	f(404, "there is no site", "/sites/NO SITE/summary")
	f(422, "", "/sites/worked/reports/shoes")
}

// What a filter names is found, and nothing that only looks like it, whatever characters it holds.
func TestOddFilters(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2023, Month: 5, Day: 11}, Zone: time.UTC}
	odd := []string{`/o'd`, `/o"d`, `/a_b`, `/axb`, `/50%`, `/50 percent`, `/back\slash`, `/back\\slash`, `/{},':'`, `/söhne/日本`, "/tab\there", `/a*b`}
	events := make([]event.Event, len(odd))
	for i, path := range odd {
		at := day.Start().Add(time.Duration(i) * time.Minute)
		id := event.NewID(at)
		events[i] = event.Event{ID: id, ViewID: id, Site: "odd", Kind: event.Pageview, Witness: event.Beacon, Time: at, Received: at,
			Address: netip.MustParseAddr("203.0.113.7"), AddressMode: event.Full, Path: path}
	}
	insert(t, events)
	publish(t, day, "odd")
	c := open(t, time.UTC, access.Everyone{})
	for _, path := range odd {
		if path == "/a*b" { // a star in a filter stands for any text
			continue
		}
		var table figures.Table
		c.get(200, &table, "/sites/odd/reports/pages", "range", "2023-05-11..2023-05-11", "filter", "path:"+path)
		if len(table.Rows) != 1 || table.Rows[0]["path"] != path {
			t.Errorf("the filter path:%s finds %v", path, table.Rows)
		}
		c.get(200, &table, "/sites/odd/reports/pages", "range", "2023-05-11..2023-05-11", "search", path)
		if len(table.Rows) != 1 || table.Rows[0]["path"] != path {
			t.Errorf("the search for %s finds %v", path, table.Rows)
		}
	}
}
