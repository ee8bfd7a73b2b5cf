package analysts

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

// site is the one that the examples of the cookbook name.
const site = "example.com"

// stored is a stream that holds nothing: the events are inserted straight into the warehouse.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }

// seed inserts the two weeks and publishes their days. What came of the runs is then written into the
// ledger once more with times that are the same in every run of the tests: one day was late, one was
// computed again, one is still provisional.
func seed(ctx context.Context) error {
	weeks, err := traffic.TwoWeeks(site)
	if err != nil {
		return err
	}
	events := slices.Concat(weeks.Events, []event.Event{formulas(weeks.Days[1]), fresh(weeks.Days[13])})
	rows := make([]event.Stored, len(events))
	for i, e := range events {
		rows[i] = event.Stored{Event: e, Offset: int64(i)}
	}
	if err := db.Store.Insert(ctx, rows); err != nil {
		return err
	}
	for source, list := range happened {
		if err := db.Store.Record(ctx, "upsert_events", map[string]string{"source": source, "events": list}); err != nil {
			return err
		}
	}
	runner := rollup.NewRunner(rollup.Config{Grace: time.Hour, Every: time.Minute, Refresh: time.Hour}, db.Store, db.Store, stored{},
		rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
	var runs []ledger.Run
	for i, day := range weeks.Days {
		run, err := runner.Run(ctx, day, ledger.Selection{Sites: []string{site, oddSite}}, true)
		if err != nil {
			return fmt.Errorf("publish %s: %w", day, err)
		}
		runs = append(runs, asIfOnTime(run, day, i)...)
	}
	if _, err := ask(ctx, "default", "", "TRUNCATE TABLE job_runs", nil); err != nil {
		return err
	}
	for _, r := range runs {
		if err := db.Store.RecordRun(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// happened is what calendars announced for the weeks: a launch whose window spans midnight in Vienna, one that is
// gone, a fair of another site, one of this site, and one that ended as the weeks began.
var happened = map[string]string{
	"launches": `[{"id":"1","site":"","title":"Rocket One","url":"https://ll.example.com/1","starts_at":"2026-01-20 22:30:00.000","ends_at":"2026-01-21 00:30:00.000",` +
		`"status":"Go for Launch","details":{"provider":"Some Space","pad":"Pad 7","last_updated":"2026-01-19T00:00:00.000Z"},"gone":false,"stale":true},` +
		`{"id":"2","site":"","title":"Called off","url":"","starts_at":"2026-01-21 12:00:00.000","ends_at":"2026-01-21 12:00:00.000","status":"","details":{},"gone":true,"stale":false}]`,
	"fairs": `[{"id":"1","site":"example.com","title":"Fair","url":"","starts_at":"2026-01-15 23:00:00.000","ends_at":"2026-01-20 23:00:00.000","status":"","details":{},"gone":false,"stale":false},` +
		`{"id":"2","site":"other.example","title":"Their fair","url":"","starts_at":"2026-01-20 12:00:00.000","ends_at":"2026-01-20 12:00:00.000","status":"","details":{},"gone":false,"stale":false},` +
		`{"id":"3","site":"example.com","title":"Over","url":"","starts_at":"2026-01-17 23:00:00.000","ends_at":"2026-01-18 23:00:00.000","status":"","details":{},"gone":false,"stale":false}]`,
}

// oddSite has one view, whose texts a spreadsheet would run; freshSite has one on a day that is not
// published: the fourth after the weeks.
const oddSite, freshSite = "odd.example", "fresh.example"

func formulas(day ledger.Day) event.Event {
	e := view(oddSite, day.Start().Add(12*time.Hour))
	e.Campaign.Name, e.Enrich.Organisation = "=1+1", `@SUM("a",b)`
	return e
}

func fresh(last ledger.Day) event.Event { return view(freshSite, last.End().Add(84*time.Hour)) }

func view(site string, at time.Time) event.Event {
	id := event.ContentID(at, [10]byte{})
	return event.Event{
		ID: id, ViewID: id, Site: site, Kind: event.Pageview, Witness: event.LogLine, Time: at.UTC(), Received: at.UTC(),
		Address: netip.MustParseAddr("203.0.113.9"), AddressMode: event.Full, UserAgent: "Firefox", Path: "/",
	}
}

// asIfOnTime gives the run of the i-th day the times that it had had in January.
func asIfOnTime(run ledger.Run, day ledger.Day, i int) []ledger.Run {
	first := run
	first.ID = uuid.NewSHA1(uuid.Nil, []byte(day.String()))
	first.Started = day.End().Add(time.Hour).UTC()
	switch i {
	case 4:
		first.Started = first.Started.Add(9 * time.Hour)
	case 7:
		again := first
		again.ID = uuid.NewSHA1(first.ID, []byte("again"))
		again.Started, again.Updated = first.Started.Add(50*time.Hour), first.Started.Add(50*time.Hour+2*time.Second)
		first.Views -= 3
		first.Updated = first.Started.Add(time.Second)
		return []ledger.Run{first, again}
	case 13:
		first.State = ledger.Provisional
	}
	first.Updated = first.Started.Add(time.Second)
	return []ledger.Run{first}
}

// ask runs a statement over HTTP and returns what it prints; settings go into the URL.
func ask(ctx context.Context, user, password, sql string, settings url.Values) (string, error) {
	u := url.URL{Scheme: "http", Host: db.HTTPAddr, Path: "/", RawQuery: settings.Encode()}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(sql))
	if err != nil {
		return "", err
	}
	req.SetBasicAuth(user, password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", resp.StatusCode, body)
	}
	return string(body), err
}

// query asks as the analyst; a value of settings is param_x, database and so on.
func query(t *testing.T, sql string, settings ...string) string {
	t.Helper()
	v := url.Values{}
	for pair := range slices.Chunk(settings, 2) {
		v.Set(pair[0], pair[1])
	}
	answer, err := ask(t.Context(), "analyst", password, sql, v)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	return strings.TrimSuffix(answer, "\n")
}
