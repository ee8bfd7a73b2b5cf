package dashboard

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Custom events count on their local day, once, with what their visitor's day tells of a bot; filters choose among them.
func TestCustomEvents(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kathmandu")
	if err != nil {
		t.Fatal(err)
	}
	day := ledger.Day{Date: ledger.Date{Year: 2023, Month: 7, Day: 3}, Zone: zone}
	var events []event.Event
	does := func(name, agent, country string, at time.Duration, views int, plans ...string) {
		e := event.Event{
			Site: "doings", Witness: event.API, Time: day.Start().Add(at).UTC(), Address: netip.MustParseAddr("203.0.113.9"), AddressMode: event.Full,
			UserAgent: agent, Path: "/" + name, Enrich: event.Enrichment{Country: country},
		}
		e.Received = e.Time
		for range views {
			e.ID, e.ViewID, e.Kind = event.NewID(e.Time), event.NewID(e.Time), event.Pageview
			events = append(events, e)
		}
		for _, plan := range plans {
			e.ID, e.Kind, e.Name, e.Props = event.NewID(e.Time), event.Custom, name, map[string]string{"plan": plan}
			again := e
			again.Time = e.Time.Add(20 * time.Millisecond) // a second attempt
			events = append(events, e, again)
		}
	}
	does("signup", "Firefox", "AT", 0, 0, "pro", "pro", "free") // their page views were lost
	does("signup", "Safari", "DE", time.Hour, 1, "free")
	does("buy", "Firefox", "AT", 24*time.Hour-time.Millisecond, 1, "pro")
	does("buy", "Firefox", "AT", 24*time.Hour, 1, "on the next day")
	does("fast", "Chrome", "AT", 2*time.Hour, 61, "by rate")
	does("listed", "curl/8", "AT", 3*time.Hour, 0, "by name")
	insert(t, events)
	publish(t, day, "doings")
	c := open(t, zone, access.Everyone{})
	f := func(want string, query ...string) {
		t.Helper()
		var table figures.Table
		c.get(200, &table, "/sites/doings/reports/events", append(query, "range", day.Date.String()+".."+day.Date.String())...)
		got := []string{}
		for _, r := range table.Rows {
			got = append(got, fmt.Sprintf("%v %v %v", r["name"], r["events"], r["properties"]))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%v: %s, want %s", query, got, want)
		}
	}
	f("signup 4 plan: free (2); plan: pro (2), buy 1 plan: pro (1)")
	f("fast 1 plan: by rate (1), listed 1 plan: by name (1)", "bots", "bots")
	f("signup 1 plan: free (1)", "filter", "country:DE")
	f("signup 3 plan: pro (2); plan: free (1)", "filter", "country:!DE", "filter", "path:/sign*")
	f("buy 1 plan: pro (1)", "search", "BU")
	f("", "filter", "ip:203.0.113.10")
	insert(t, []event.Event{{
		Site: "doings-alone", Kind: event.Custom, Name: "signup", Witness: event.API, ID: event.NewID(events[0].Time), ViewID: event.NewID(events[0].Time),
		Time: events[0].Time, Received: events[0].Time, Address: events[0].Address, AddressMode: event.Full, UserAgent: "Firefox", Path: "/",
	}})
	publish(t, day, "doings", "doings-alone")
	var list struct{ Sites []figures.SiteEntry }
	c.get(200, &list, "/sites")
	if i := slices.IndexFunc(list.Sites, func(s figures.SiteEntry) bool { return s.Key == "doings-alone" }); i < 0 || len(list.Sites[i].Zones) != 1 {
		t.Errorf("a site of custom events alone is not listed: %+v", list.Sites)
	}
	var how figures.How
	c.get(200, &how, "/sites/doings/reports/events/how", "range", day.Date.String()+".."+day.Date.String())
	if how.Source != "daily_events" || !strings.Contains(how.Rollup, "INSERT INTO") || len(how.Runs) != 1 || how.Runs[0]["checksum"] == "" {
		t.Errorf("how: %+v", how)
	}
}
