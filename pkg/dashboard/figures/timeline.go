package figures

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

type timelineQuestion struct {
	Question
	By string `query:"by" enum:"day,hour" default:"day" doc:"hour: hours since local midnight of each day, for ranges of at most 14 days."`
}

// maxHourDays bounds what is shown by hour.
const maxHourDays = 14

// Timeline are figures by day or hour, oldest first.
type Timeline struct {
	Asked  Asked   `json:"asked"`
	Source string  `json:"source" doc:"Table that was read."`
	Points []Point `json:"points" doc:"One per day (or hour) of the range up to today."`
}

// Point are the figures of one day or hour. Figures are null where no figures are published: unknown, not
// zero. Time is null where the time of no view is known.
type Point struct {
	Day      string  `json:"day" format:"date"`
	Hour     *int    `json:"hour,omitempty" doc:"Hours since local midnight, 0 to 24; by hour only."`
	Start    string  `json:"start" format:"date-time" doc:"First instant."`
	State    string  `json:"state" enum:"missing,provisional,final" doc:"How the day stands."`
	Accesses *uint64 `json:"accesses"`
	Sessions *uint64 `json:"sessions"`
	// What follows is by day only; by hour it is null, but for the time spent.
	Addresses *uint64 `json:"addresses" doc:"Distinct ones of the day."`
	SpentMS   *uint64 `json:"spent_ms"`
	EngagedMS *uint64 `json:"engaged_ms"`
	Evidence  *uint64 `json:"views_evidence"`
	Gap       *uint64 `json:"views_gap"`
	Unknown   *uint64 `json:"views_unknown"`
	Bounces   *uint64 `json:"bounces"`
}

type timelineAnswer struct{ Body Timeline }

func (f *Figures) timeline(ctx context.Context, q *timelineQuestion) (*timelineAnswer, error) {
	a, err := f.understand(ctx, q.Question)
	if err != nil {
		return nil, err
	}
	if err := onlyOn(access.From(ctx), "overview"); err != nil {
		return nil, err
	}
	if q.By == "hour" && a.span.days() > maxHourDays {
		return nil, invalid("query.by", q.By, fmt.Errorf("by hour shows at most %d days; the range has %d", maxHourDays, a.span.days()))
	}
	states, err := f.states(ctx, a)
	if err != nil {
		return nil, err
	}
	t := Timeline{Asked: a.answer(states), Source: sourceOf(a, "daily_site")}
	rows, err := f.ask(ctx, a.statement("timeline_"+q.By), a.params(params{"day_starts": a.dayStarts()}))
	if err != nil {
		return nil, err
	}
	t.Points = a.points(q.By == "hour", states, rows)
	return &timelineAnswer{t}, nil
}

// points puts the rows into the days of the range.
func (a asked) points(hourly bool, states map[string]string, rows []Row) []Point {
	found := map[string]Row{}
	for _, r := range rows {
		found[pointKey(r["day"], r["hour"])] = r
	}
	points := []Point{}
	for d := a.span.From; !a.span.To.Before(d) && !a.today.Before(d); d = d.Add(1) {
		day := ledger.Day{Date: d, Zone: a.zone}
		state, published := states[d.String()]
		if !published {
			state = "missing"
		}
		if !hourly {
			p := Point{Day: d.String(), Start: rfc3339(day.Start()), State: state}
			p.fill(found[pointKey(d.String(), nil)], published, true)
			points = append(points, p)
			continue
		}
		hour := 0
		for at := day.Start(); at.Before(day.End()) && !at.After(a.now); at = at.Add(time.Hour) {
			h := hour
			p := Point{Day: d.String(), Hour: &h, Start: rfc3339(at), State: state}
			p.fill(found[pointKey(d.String(), uint64(h))], published, false)
			points, hour = append(points, p), hour+1
		}
	}
	return points
}

// fill sets the figures: those of the row, or zero where a published day has no row.
func (p *Point) fill(r Row, published, daily bool) {
	if !published {
		return
	}
	known := func(name string) *uint64 {
		v, isNumber := r[name].(uint64)
		if r != nil && !isNumber {
			return nil
		}
		return &v
	}
	p.Accesses = known("accesses")
	if r != nil { // without a view the time is not known to be anything
		p.SpentMS, p.EngagedMS = known("spent_ms"), known("engaged_ms")
	}
	if daily {
		p.Evidence, p.Gap, p.Unknown = known("views_evidence"), known("views_gap"), known("views_unknown")
		p.Sessions, p.Bounces, p.Addresses = known("sessions"), known("bounces"), known("addresses")
	}
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// dayStarts are the first instants of the days, for what is counted by hour; of a longer range none.
func (a asked) dayStarts() string {
	if a.span.days() > maxHourDays {
		return param.List(nil)
	}
	starts := make([]string, 0, maxHourDays)
	for d := a.span.From; !a.span.To.Before(d); d = d.Add(1) {
		starts = append(starts, param.Instant(ledger.Day{Date: d, Zone: a.zone}.Start()))
	}
	return param.List(starts)
}

func pointKey(day, hour any) string { return fmt.Sprint(day, " ", hour) }

// onlyOn refuses principals of a share that shows another page.
func onlyOn(p access.Principal, page string) error {
	if p.Share == nil || p.Share.Page == page {
		return nil
	}
	return huma.Error403Forbidden(fmt.Sprintf("the link shows the page %q only", p.Share.Page))
}
