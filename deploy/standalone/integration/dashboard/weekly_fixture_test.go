package dashboard

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// The report's week ends with a Sunday of 25 hours, in a zone that no other test publishes in.
const (
	weeklySite = "weekly"
	weeklyZone = "Pacific/Chatham"
	weeklyWeek = "2023-W13"
)

var weeklyMonday = ledger.Date{Year: 2023, Month: time.March, Day: 27}

// hostile is what visitors send who hope that somebody's mailbox runs it.
var hostile = []string{
	`/<script>alert(1)</script>`, `/"><img src=x onerror=alert(2)>`, `/'onmouseover='alert(3)`, `/</style><svg onload=alert(4)>`,
	"/{{.Site}}", "/\u202Egpj.exe", `/javascript:alert(5)`,
}

func chatham(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(weeklyZone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

var publishWeeks sync.Once

// weeks publishes the week and the last three days of the one before, once for all tests.
func weeks(t *testing.T) *time.Location {
	t.Helper()
	zone := chatham(t)
	publishWeeks.Do(func() {
		var events []event.Event
		var days []ledger.Day
		for n := -3; n < 7; n++ {
			day := ledger.Day{Date: weeklyMonday.Add(n), Zone: zone}
			days, events = append(days, day), append(events, visitsOf(day, 20+n)...)
		}
		insert(t, events)
		for _, day := range days {
			publish(t, day, weeklySite)
		}
	})
	return zone
}

// visitsOf are n visits of two views: the first with known time, some with hostile words.
func visitsOf(day ledger.Day, n int) (events []event.Event) {
	for i := range n {
		start := day.Start().Add(time.Duration(i) * 25 * time.Minute)
		path := fmt.Sprintf("/page/%d", i%5)
		if i < len(hostile) {
			path = hostile[i]
		}
		e := event.Event{
			ID: event.NewID(start), Site: weeklySite, Kind: event.Pageview, Witness: event.Beacon, Time: start, Received: start,
			Address: netip.MustParseAddr(fmt.Sprintf("203.0.113.%d", i)), AddressMode: event.Full, UserAgent: "one", Path: path, Host: "example.com",
			Title: hostile[0], Referrer: "https://search.example/" + hostile[1], Campaign: event.Campaign{Source: "news", Medium: "mail", Name: hostile[i%4][1:]},
			Enrich: event.Enrichment{Organisation: []string{"=<b>Example</b> & Söhne", "Kōwhai Ltd"}[i%2], Country: []string{"NZ", "AT", ""}[i%3], ASN: uint32(64500 + i%2)},
		}
		e.ViewID = e.ID
		ping, next := e, e
		ping.ID, ping.Kind, ping.Engaged = event.NewID(start), event.Engagement, int64(20_000+1000*i)
		ping.Time, ping.Received = start.Add(time.Minute), start.Add(time.Minute)
		next.ID = event.NewID(start.Add(2 * time.Minute))
		next.ViewID, next.Path, next.Time, next.Received = next.ID, "/after", start.Add(2*time.Minute), start.Add(2*time.Minute)
		events = append(events, e, ping, next)
	}
	return events
}

// sender is a Weekly as the service wires it, at an instant.
func sender(t *testing.T, cfg weekly.Config, now time.Time) *weekly.Weekly {
	t.Helper()
	if cfg.At == "" {
		cfg.At = "Mon 07:00"
	}
	dir := sites.Open(chatham(t))
	w, err := weekly.New(cfg, "https://stats.example.com", figures.New(store, dir), dir, store, slog.New(slog.NewTextHandler(os.Stderr, nil)), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	w.Now = func() time.Time { return now }
	return w
}

// monday is an instant of the Monday after the week, by the clocks of the zone.
func monday(zone *time.Location, hour, minute int) time.Time {
	return time.Date(2023, time.April, 3, hour, minute, 0, 0, zone)
}
