package dashboard

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// cities publishes a day on which addresses of these places, "COUNTRY CITY", viewed a page: the first one once, the next one twice.
func cities(t *testing.T, site string, date ledger.Date, places ...string) ledger.Day {
	t.Helper()
	day := ledger.Day{Date: date, Zone: time.UTC}
	var events []event.Event
	for i, place := range places {
		country, city, _ := strings.Cut(place, " ")
		for n := range i + 1 {
			start := day.Start().Add(time.Duration(n) * time.Minute)
			id := event.NewID(start)
			events = append(events, event.Event{
				ID: id, ViewID: id, Site: site, Kind: event.Pageview, Witness: event.LogLine, Time: start, Received: start, Path: "/",
				Address: netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}), AddressMode: event.Full, UserAgent: "one",
				Enrich: event.Enrichment{Country: country, City: city, ASN: 64500, Organisation: "Everywhere Telecom", NetworkClass: "isp"},
			})
		}
	}
	insert(t, events)
	publish(t, day, site)
	return day
}

// Cities count with their country, since names repeat; what has no name stays unknown.
func TestCities(t *testing.T) {
	day := cities(t, "towns", ledger.Date{Year: 2023, Month: 6, Day: 4}, "US Springfield", "AU Springfield", "US ", " ", "AT Wien")
	c := open(t, time.UTC, access.Everyone{})
	f := func(want string, query ...string) {
		t.Helper()
		var table figures.Table
		c.get(200, &table, "/sites/towns/reports/cities", append(query, "range", day.Date.String()+".."+day.Date.String())...)
		got := []string{}
		for _, row := range table.Rows {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%v %v %v", row["country"], row["city"], row["accesses"])))
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%v (-want +got):\n%s", query, diff)
		}
	}
	f("AT Wien 5, 4, US  3, AU Springfield 2, US Springfield 1")
	f("AT Wien 5, AU Springfield 2, US Springfield 1, 4, US  3", "sort", "-city") // what the page asks for whether any is known
	f("AU Springfield 2, US Springfield 1", "filter", "city:Spring*")
	f("US Springfield 1", "filter", "city:Springfield", "filter", "country:US")
	f("US  3, US Springfield 1", "filter", "country:US")
	f("4, US  3", "filter", "city:")
	f("AT Wien 5", "search", "wie")

	var table figures.Table
	c.get(200, &table, "/sites/towns/reports/networks", "range", day.Date.String()+".."+day.Date.String())
	if len(table.Rows) != 4 { // three countries, and none: a network is not told apart by its cities
		t.Errorf("the networks are %v", table.Rows)
	}
	var how figures.How
	c.get(200, &how, "/sites/towns/reports/cities/how", "range", day.Date.String()+".."+day.Date.String())
	if how.Source != "daily_cities" || !strings.Contains(how.Rollup, "INSERT INTO") || len(how.Runs) != 1 || how.Runs[0]["checksum"] == "" {
		t.Errorf("how: %+v", how)
	}
}

// A day that was published before there was a table of cities counts with its countries, and unknown cities.
func TestCitiesOfOlderDays(t *testing.T) {
	day := cities(t, "oldtowns", ledger.Date{Year: 2023, Month: 6, Day: 6}, "AT Wien", "US ")
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{native}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Exec(t.Context(), "INSERT INTO daily_networks SELECT * REPLACE (day - 1 AS day, 5 AS definition_version) FROM daily_networks WHERE site = 'oldtowns'")
	if err != nil {
		t.Fatal(err)
	}
	var table figures.Table
	c := open(t, time.UTC, access.Everyone{})
	c.get(200, &table, "/sites/oldtowns/reports/cities", "range", day.Date.Add(-1).String()+".."+day.Date.String())
	got := ""
	for _, row := range table.Rows {
		got += fmt.Sprintf("%v %v %v, ", row["country"], row["city"], row["accesses"])
	}
	if got != "US  4, AT  1, AT Wien 1, " {
		t.Errorf("the cities are %s", got)
	}
}

// A link to the page of countries shows its cities, too.
func TestSharedCities(t *testing.T) {
	cities(t, "sharedtowns", ledger.Date{Year: 2023, Month: 6, Day: 5}, "AT Wien")
	for page, status := range map[string]int{"countries": 200, "pages": 403} {
		share := access.Share{Site: "sharedtowns", Page: page, Query: "range=2023-06-05..2023-06-05"}
		c := open(t, time.UTC, as{Name: "a link", Role: access.Viewer, Via: access.Link, Share: &share})
		c.get(status, nil, "/sites/sharedtowns/reports/cities")
		c.get(status, nil, "/sites/sharedtowns/exports/cities")
	}
}
