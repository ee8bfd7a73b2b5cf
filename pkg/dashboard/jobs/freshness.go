package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// JobZone is how fresh the figures of a time zone are.
type JobZone struct {
	Zone     string     `json:"tz"`
	Newest   *string    `json:"newest_final_day" format:"date" nullable:"true" doc:"Newest day that is final; null before the first."`
	Next     *string    `json:"next_day" format:"date" nullable:"true" doc:"Oldest day after it that has events; null: there is none."`
	FinalAt  *time.Time `json:"next_final_at" nullable:"true" doc:"When that day is over and its grace too: it becomes final soon after."`
	Deadline *time.Time `json:"next_deadline" nullable:"true" doc:"By when it must be final: the rollup raises an alert then."`
	Late     bool       `json:"late" doc:"Whether a day should have been final by now."`
	Overdue  []string   `json:"overdue" nullable:"false" doc:"The days that the rollup holds to be overdue, oldest first."`
	LookedAt time.Time  `json:"looked_at" doc:"When the rollup last compared the days with the ledger."`
	Silent   bool       `json:"silent" doc:"Whether the rollup should have looked again since: it does not run, or not as it should."`
	Waiting  string     `json:"incomplete" doc:"Why days stay provisional at the moment; empty: they do not."`
	Due      uint64     `json:"due" doc:"How many days that look still had to compute."`
}

// patience is how many looks the rollup may miss.
const patience = 5

// freshness tells how fresh the zones are, or one of them, by what the rollup has last written.
func (j *Jobs) freshness(ctx context.Context, only string) ([]JobZone, error) {
	looks, err := j.store.Looks(ctx, ledger.Daily)
	if err != nil {
		return nil, err
	}
	newest, err := j.store.NewestFinal(ctx, ledger.Daily)
	if err != nil {
		return nil, err
	}
	zones := []JobZone{}
	for _, l := range looks {
		if only != "" && l.Zone != only || j.silent(l) && !j.counted(l.Zone) {
			continue
		}
		from := ledger.Date{Year: 1970, Month: 1, Day: 1}
		day, final := newest[l.Zone]
		if final {
			from = day.Add(1)
		}
		z := JobZone{Zone: l.Zone, LookedAt: l.At.UTC(), Waiting: textFor(ctx, l.Incomplete), Due: l.Due, Overdue: []string{}}
		z.Silent = j.silent(l)
		for _, d := range l.Overdue {
			z.Overdue = append(z.Overdue, d.String())
		}
		if final {
			text := day.String()
			z.Newest = &text
		}
		next, ok, err := j.next(ctx, l.Zone, from)
		if err != nil {
			return nil, err
		}
		if ok {
			z.expect(next, l)
		}
		z.Late = len(l.Overdue) > 0 || z.Deadline != nil && j.now().After(*z.Deadline)
		zones = append(zones, z)
	}
	return zones, nil
}

// silent tells whether a look that should have followed has not.
func (j *Jobs) silent(l ledger.Look) bool {
	return j.now().Sub(l.At) > max(patience*l.Every, time.Minute)
}

// counted tells whether a zone has sites; one without is looked at no more, once its days are gone.
func (j *Jobs) counted(zone string) bool {
	return slices.ContainsFunc(j.zones.Zones(), func(z sites.Zone) bool { return z.Location.String() == zone })
}

// next finds the oldest day of a zone, from a date on, that has views.
func (j *Jobs) next(ctx context.Context, zone string, from ledger.Date) (ledger.Day, bool, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return ledger.Day{}, false, nil // this machine does not know it; then nothing is expected
	}
	standings, err := j.store.Standings(ctx, ledger.Daily, from, ledger.DateOf(j.now().In(loc)))
	if err != nil {
		return ledger.Day{}, false, err
	}
	i := slices.IndexFunc(standings, func(s ledger.Standing) bool { return s.Zone == zone && s.Touch.Events > 0 })
	if i < 0 {
		return ledger.Day{}, false, nil
	}
	return ledger.Day{Date: standings[i].Date, Zone: loc}, true, nil
}

// expect notes when a day is to become final.
func (z *JobZone) expect(day ledger.Day, l ledger.Look) {
	text, final := day.Date.String(), day.End().Add(l.Grace).UTC()
	deadline := final.Add(l.Deadline)
	z.Next, z.FinalAt, z.Deadline = &text, &final, &deadline
}
