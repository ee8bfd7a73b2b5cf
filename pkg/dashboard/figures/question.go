package figures

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// params are a statement's parameters as text.
type params = map[string]string

// Question is what all questions about visits have in common.
type Question struct {
	Site    string   `path:"site" doc:"Site key." example:"demo"`
	Range   string   `query:"range" default:"30d" doc:"Local days: today, yesterday, week, last-week, month, last-month, year, a number of days up to today such as 7d, or FROM..TO." example:"2026-01-01..2026-01-31"`
	Zone    string   `query:"tz" doc:"Time zone of the days; by default the site's. Only zones with published days have figures." example:"Europe/Vienna"`
	Bots    string   `query:"bots" enum:"people,bots,all" default:"people" doc:"Whose views count."`
	Filters []string `query:"filter,explode" doc:"NAME:VALUE, any number of them, all of which must hold. Names: ip (an address or a network), path, channel, referrer_host, utm_source, utm_medium, utm_campaign, country, city, asn, organisation, network_class, browser, os, device, evidence, kind. In VALUE, * stands for any text and ! in front for not." example:"[\"path:/blog/*\"]"`
}

// asked is a question that has been understood.
type asked struct {
	site    sites.Site
	zone    *time.Location
	span    Span
	filters Filters
	bots    string
	now     time.Time
	today   ledger.Date
}

// understand checks a question, and that the caller may ask it. A share link answers its own question
// whatever is asked.
func (f *Figures) understand(ctx context.Context, q Question) (a asked, err error) {
	p := access.From(ctx)
	if err := access.Site(p, q.Site); err != nil {
		return a, err
	}
	if p.Share != nil {
		if q, err = q.pinnedTo(*p.Share); err != nil {
			return a, err
		}
	}
	site, ok := f.sites.Lookup(q.Site)
	if !ok {
		return a, huma.Error404NotFound(fmt.Sprintf("there is no site %q", q.Site))
	}
	a = asked{site: site, zone: site.Zone, bots: q.Bots}
	if q.Zone != "" {
		if a.zone, err = sites.LoadZone(q.Zone); err != nil {
			return a, invalid("query.tz", q.Zone, err)
		}
	}
	a.now = f.now()
	a.today = ledger.DateOf(a.now.In(a.zone))
	if a.span, err = spanOf(q.Range, a.today); err != nil {
		return a, invalid("query.range", q.Range, err)
	}
	if a.filters, err = parseFilters(q.Filters); err != nil {
		return a, invalid("query.filter", q.Filters, err)
	}
	return a, nil
}

func (q Question) pinnedTo(s access.Share) (Question, error) {
	v, err := pinned(s.Query)
	if err != nil {
		return q, err
	}
	fixed := Question{Site: s.Site, Range: v.Get("range"), Zone: v.Get("tz"), Bots: v.Get("bots"), Filters: v["filter"]}
	if fixed.Range == "" {
		fixed.Range = "30d"
	}
	if fixed.Bots == "" {
		fixed.Bots = "people"
	}
	return fixed, nil
}

func invalid(location string, value any, err error) error {
	return huma.Error422UnprocessableEntity(err.Error(), &huma.ErrorDetail{Message: err.Error(), Location: location, Value: value})
}

// params are what every statement takes.
func (a asked) params(more ...params) params {
	p := a.filters.params()
	p["site"], p["tz"], p["bots"] = a.site.Key, a.zone.String(), a.bots
	p["from"], p["to"] = a.span.From.String(), a.span.To.String()
	p["since"], p["until"] = param.Instant(ledger.Day{Date: a.span.From, Zone: a.zone}.Start()), param.Instant(ledger.Day{Date: a.span.To, Zone: a.zone}.End())
	for _, m := range more {
		maps.Copy(p, m)
	}
	return p
}

// statement chooses between the daily table of a question and daily_views.
func (a asked) statement(name string) string {
	if a.filters.none() {
		return name
	}
	return name + "_filtered"
}

// Asked repeats what was understood.
type Asked struct {
	Site    string   `json:"site"`
	Zone    string   `json:"tz"`
	From    string   `json:"from" format:"date" doc:"First local day."`
	To      string   `json:"to" format:"date" doc:"Last local day."`
	Bots    string   `json:"bots"`
	Days    int      `json:"days" doc:"How many days the range has."`
	Unready []DayRun `json:"unready" doc:"Days of the range that have begun and whose figures are not final: without a published run (state missing) or provisional. At most 100, newest first."`
}

// DayRun is how a local day stands.
type DayRun struct {
	Day   string `json:"day" format:"date"`
	State string `json:"state" enum:"missing,provisional,final"`
}

// answer describes the question, and which of its days are not final.
func (f *Figures) answer(ctx context.Context, a asked) (Asked, error) {
	states, err := f.states(ctx, a)
	if err != nil {
		return Asked{}, err
	}
	return a.answer(states), nil
}

func (a asked) answer(states map[string]string) Asked {
	out := Asked{Site: a.site.Key, Zone: a.zone.String(), From: a.span.From.String(), To: a.span.To.String(), Bots: a.bots, Days: a.span.days(), Unready: []DayRun{}}
	last := a.span.To
	if a.today.Before(last) {
		last = a.today
	}
	for d := last; !d.Before(a.span.From) && len(out.Unready) < 100; d = d.Add(-1) {
		switch state, ok := states[d.String()]; {
		case !ok:
			out.Unready = append(out.Unready, DayRun{d.String(), "missing"})
		case state != string(ledger.Final):
			out.Unready = append(out.Unready, DayRun{d.String(), state})
		}
	}
	return out
}

// states tells how the published days of the span stand.
func (f *Figures) states(ctx context.Context, a asked) (map[string]string, error) {
	rows, err := f.ask(ctx, "day_states", params{"tz": a.zone.String(), "from": a.span.From.String(), "to": a.span.To.String()})
	if err != nil {
		return nil, err
	}
	states := make(map[string]string, len(rows))
	for _, r := range rows {
		day, _ := r["day"].(string)
		states[day], _ = r["state"].(string)
	}
	return states, nil
}
