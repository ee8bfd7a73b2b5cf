package runs

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

var visitor = netip.MustParseAddr("203.0.113.7")

// stored is a stream that holds nothing: these tests insert into the warehouse themselves.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }

var settings = rollup.Config{Grace: time.Hour, Every: time.Second, Refresh: time.Hour, Wait: time.Minute}

func newRunner(w rollup.Warehouse, l rollup.Ledger) *rollup.Runner {
	return rollup.NewRunner(settings, w, l, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
}

// dayIn is a day that no other test uses.
func dayIn(t *testing.T, date, zone string) ledger.Day {
	t.Helper()
	d, err := ledger.ParseDate(date, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Day{Date: d, Zone: z}
}

func only(site string) ledger.Selection { return ledger.Selection{Sites: []string{site}} }

// view is a page view seen by a web server.
func view(site string, at time.Time, path string) event.Event {
	return event.Event{
		ID: event.NewID(at), ViewID: event.NewID(at), Site: site, Kind: event.Pageview, Witness: event.LogLine,
		Time: at.UTC(), Received: at.UTC(), Address: visitor, AddressMode: event.Full, UserAgent: "Firefox", Path: path,
	}
}

// ping says that a view has been engaged for so long; a browser sends it at the end of that time.
func ping(v event.Event, engaged time.Duration) event.Event {
	v.ID, v.Kind, v.Engaged = event.NewID(v.Time), event.Engagement, engaged.Milliseconds()
	v.Time = v.Time.Add(engaged)
	v.Received = v.Time
	return v
}

func insert(t *testing.T, events ...event.Event) {
	t.Helper()
	rows := make([]event.Stored, len(events))
	for i, e := range events {
		rows[i] = event.Stored{Event: e, Offset: int64(i)}
	}
	if err := store.Insert(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
}

func publish(t *testing.T, day ledger.Day, site string) ledger.Run {
	t.Helper()
	run, err := newRunner(store, store).Run(t.Context(), day, only(site), true)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// exec runs a statement past the warehouse, as somebody with a client of their own would.
func exec(t *testing.T, sql string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+httpAddr, strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s: %s", sql, text)
	}
}
