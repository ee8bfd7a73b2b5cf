package figures

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

type trafficQuestion struct {
	Site    string   `path:"site" doc:"Site key." example:"demo"`
	Source  string   `query:"source" required:"true" minLength:"1" doc:"Where the event comes from; annotation for notes of people." example:"launches"`
	ID      string   `query:"id" required:"true" minLength:"1" doc:"Its id within the source."`
	Around  int      `query:"around" default:"3" minimum:"1" maximum:"14" doc:"How many days before and after it."`
	Zone    string   `query:"tz" doc:"Time zone of the days; by default the site's."`
	Bots    string   `query:"bots" enum:"people,bots,all" default:"people" doc:"Whose views count."`
	Filters []string `query:"filter,explode" doc:"As in the other questions."`
}

// maxDuring bounds the days of an event.
const maxDuring = 31

// comparedWeeks is how many of the same weekdays a day is compared with.
const comparedWeeks = 4

// Traffic is what happened on the site around an event.
type Traffic struct {
	Event  Annotation   `json:"event"`
	End    string       `json:"end" format:"date-time" doc:"When the event ends."`
	Zone   string       `json:"tz"`
	Source string       `json:"source" doc:"Table that was read."`
	Days   []TrafficDay `json:"days" doc:"Before, during and after the event, oldest first."`
}

// TrafficDay is a day beside the same weekdays of the four weeks that end before the first of all days.
// Figures are null where they are unknown, and what is usual is null unless all four are known.
type TrafficDay struct {
	Day          string   `json:"day" format:"date"`
	Phase        string   `json:"phase" enum:"before,during,after"`
	State        string   `json:"state" enum:"missing,provisional,final,ahead" doc:"How the day stands; ahead: it has not begun."`
	Accesses     *uint64  `json:"accesses"`
	Sessions     *uint64  `json:"sessions"`
	Addresses    *uint64  `json:"addresses" doc:"Distinct ones of the day."`
	SpentMS      *uint64  `json:"spent_ms"`
	ComparedWith []string `json:"compared_with" doc:"The four days that say what is usual, newest first."`
	Usual        UsualDay `json:"usual"`
}

// UsualDay is what is usual on a weekday.
type UsualDay struct {
	Accesses  *Usual `json:"accesses"`
	Sessions  *Usual `json:"sessions"`
	Addresses *Usual `json:"addresses"`
	SpentMS   *Usual `json:"spent_ms"`
}

// Usual is the mean of four days, and how far they lie around it.
type Usual struct {
	Mean   float64 `json:"mean"`
	Spread float64 `json:"spread" doc:"Standard deviation of the four, over three degrees of freedom."`
}

type trafficAnswer struct{ Body Traffic }

func (f *Figures) traffic(ctx context.Context, q *trafficQuestion) (*trafficAnswer, error) {
	a, err := f.understand(ctx, Question{Site: q.Site, Range: "today", Zone: q.Zone, Bots: q.Bots, Filters: q.Filters})
	if err != nil {
		return nil, err
	}
	row, err := f.one(ctx, "annotation_of", params{"site": q.Site, "source": param.Text(q.Source), "id": param.Text(q.ID)})
	if err != nil {
		return nil, err
	}
	if len(row) == 0 {
		return nil, huma.Error404NotFound(fmt.Sprintf("site %q has no event %q of %q", q.Site, q.ID, q.Source))
	}
	t := Traffic{Event: a.annotation(row), Zone: a.zone.String(), Source: sourceOf(a, "daily_site")}
	t.End, _ = row["ends_at"].(string)
	during, err := a.daysOf(t.Event.Start, t.End)
	if err != nil {
		return nil, err
	}
	shown := Span{during.From.Add(-q.Around), during.To.Add(q.Around)}
	// All days are compared with weeks that end before the first of them: the event must not be what is usual.
	skip := (shown.days() - 1) / 7
	a.span = Span{shown.From.Add(-7 * (skip + comparedWeeks)), shown.To}
	states, err := f.states(ctx, a)
	if err != nil {
		return nil, err
	}
	rows, err := f.ask(ctx, a.statement("timeline_day"), a.params(params{"day_starts": "[]"}))
	if err != nil {
		return nil, err
	}
	t.Days = around(shown, during, skip, a.points(false, states, rows))
	return &trafficAnswer{t}, nil
}

// daysOf are the local days of an event. One that ends at midnight does not touch the day that begins then.
func (a asked) daysOf(start, end string) (s Span, err error) {
	from, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return s, fmt.Errorf("read the start of the event: %w", err)
	}
	to, err := time.Parse(time.RFC3339, end)
	if err != nil {
		return s, fmt.Errorf("read the end of the event: %w", err)
	}
	if to.After(from) {
		to = to.Add(-time.Nanosecond)
	}
	s = Span{ledger.DateOf(from.In(a.zone)), ledger.DateOf(to.In(a.zone))}
	if s.To.Before(s.From) {
		s.To = s.From
	}
	if s.days() > maxDuring {
		return s, huma.Error422UnprocessableEntity(fmt.Sprintf("the event lasts %d days; traffic is shown around events of at most %d", s.days(), maxDuring))
	}
	return s, nil
}

// around puts the days beside what is usual on them.
func around(shown, during Span, skip int, points []Point) (days []TrafficDay) {
	known := make(map[string]Point, len(points))
	for _, p := range points {
		known[p.Day] = p
	}
	for d := shown.From; !shown.To.Before(d); d = d.Add(1) {
		p, begun := known[d.String()]
		day := TrafficDay{Day: d.String(), Phase: "during", State: p.State, Accesses: p.Accesses, Sessions: p.Sessions, Addresses: p.Addresses, SpentMS: p.SpentMS}
		switch {
		case d.Before(during.From):
			day.Phase = "before"
		case during.To.Before(d):
			day.Phase = "after"
		}
		if !begun {
			day.State = "ahead"
		}
		var same []Point
		for week := skip + 1; week <= skip+comparedWeeks; week++ {
			past := d.Add(-7 * week).String()
			day.ComparedWith = append(day.ComparedWith, past)
			same = append(same, known[past])
		}
		day.Usual = UsualDay{
			Accesses:  usual(same, func(p Point) *uint64 { return p.Accesses }),
			Sessions:  usual(same, func(p Point) *uint64 { return p.Sessions }),
			Addresses: usual(same, func(p Point) *uint64 { return p.Addresses }),
			SpentMS:   usual(same, func(p Point) *uint64 { return p.SpentMS }),
		}
		days = append(days, day)
	}
	return days
}

// usual is the mean and the spread of a figure; nil when it is unknown on one of the days.
func usual(days []Point, figure func(Point) *uint64) *Usual {
	var u Usual
	for _, d := range days {
		v := figure(d)
		if v == nil {
			return nil
		}
		u.Mean += float64(*v) / float64(len(days))
	}
	for _, d := range days {
		u.Spread += math.Pow(float64(*figure(d))-u.Mean, 2)
	}
	u.Spread = math.Sqrt(u.Spread / float64(len(days)-1))
	return &u
}
