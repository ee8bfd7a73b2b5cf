package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// question is what a page asks; filters make it a question to daily_views.
type question struct {
	name, path string
	values     []string // key, value, …
}

// addressColumns are what the page shows until all columns are asked for, and what stands beside them.
var addressColumns = []string{
	"columns", "ip", "columns", "accesses", "columns", "sessions", "columns", "spent_ms", "columns", "organisation", "columns", "country",
	"columns", "shared", "columns", "last_seen", "columns", "views_evidence", "columns", "views_gap", "columns", "views_unknown",
}

var questions = []question{
	{"totals", "summary", nil},
	{"time line", "timeline", nil},
	{"pages", "reports/pages", nil},
	{"pages by time", "reports/pages", []string{"sort", "-spent_ms"}},
	{"entry pages", "reports/entries", nil},
	{"addresses", "reports/addresses", addressColumns},
	{"addresses by time", "reports/addresses", append([]string{"sort", "-spent_ms"}, addressColumns...)},
	{"addresses, all columns", "reports/addresses", nil},
	{"networks", "reports/networks", nil},
	{"sources", "reports/sources", nil},
	{"campaigns", "reports/campaigns", nil},
	{"countries", "reports/countries", nil},
	{"cities", "reports/cities", nil},
	{"devices", "reports/devices", nil},
	{"evidence", "reports/witnesses", nil},
	{"sessions", "reports/sessions", nil},
	{"custom events", "reports/events", nil},
}

// filters are drawn for the filtered questions: from one page of a thousand to a third of all views.
var filters = []string{"path:/page/7", "path:/page/1*", "device:phone", "country:AT", "organisation:Network 17", "channel:campaign", "ip:10.0.0.0/20", "kind:!unknown"}

// filters are those that a question takes: custom events have no channel, and no time whose kind counts.
func (q question) filters() []string {
	if q.path != "reports/events" {
		return filters
	}
	return slices.DeleteFunc(slices.Clone(filters), func(f string) bool { return f == "channel:campaign" || f == "kind:!unknown" })
}

// asked are the times of a question, with and without filters.
type asked struct {
	question
	daily, filtered []time.Duration
}

// askAll asks each question as often as wanted. Ranges end on any day and have 7, 30 or 90 days, half of
// them 90.
func (b *bench) askAll(client *http.Client, base string) ([]asked, error) {
	r := rand.New(rand.NewPCG(b.seed, 1))
	all := make([]asked, len(questions))
	for i, q := range questions {
		all[i].question = q
		for round := range b.rounds {
			span := []int{90, 30, 90, 7}[round%4]
			to := days - 1 - r.IntN(days-span+1)
			values := url.Values{"range": {dayOf(to-span+1).Date.String() + ".." + dayOf(to).Date.String()}}
			for j := 0; j < len(q.values); j += 2 {
				values.Add(q.values[j], q.values[j+1])
			}
			took, err := fetch(client, base+"/api/v1/sites/site/"+q.path+"?"+values.Encode())
			if err != nil {
				return nil, err
			}
			all[i].daily = append(all[i].daily, took)
			some := q.filters()
			values.Set("filter", some[r.IntN(len(some))])
			if took, err = fetch(client, base+"/api/v1/sites/site/"+q.path+"?"+values.Encode()); err != nil {
				return nil, err
			}
			all[i].filtered = append(all[i].filtered, took)
		}
	}
	return all, nil
}

// askEvents asks questions of the raw events, over all days.
func (b *bench) askEvents(ctx context.Context) (map[string]time.Duration, error) {
	took := map[string]time.Duration{}
	for name, statement := range map[string]string{
		"totals": "events_totals", "pages": "events_pages", "addresses": "events_addresses", "networks": "events_networks",
		"sources": "events_sources", "custom events": "events_custom",
	} {
		best := time.Duration(0)
		for range 3 {
			d, err := b.query(ctx, statement, clickhouse.Parameters{"since": stamp(dayOf(0).Start()), "until": stamp(dayOf(days - 1).End())})
			if err != nil {
				return nil, fmt.Errorf("ask events for %s: %w", name, err)
			}
			if best == 0 || d < best {
				best = d
			}
		}
		took[name] = best
	}
	return took, nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }
