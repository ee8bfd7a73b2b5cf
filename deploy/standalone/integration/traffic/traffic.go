// Package traffic makes seeded random days of events for the tests that hold the daily tables against
// oracles. It thinks of what real traffic does wrong: events shuffled, repeated and late, pings before
// or without their page view, browsers that claim more than the server saw, several user-agents behind
// one address, bots, sessions across both midnights, pauses to the millisecond of the 30 minutes, two
// witnesses of one view that do not agree, networks that change during the day.
//
// One limit is kept: an event of a view happens within a day of the view's start, as a run reads no
// further than event.MaxEngaged around its day.
package traffic

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"

	_ "time/tzdata" // the same zones on every machine
)

// Day is a random day and the events on it and around it.
type Day struct {
	ledger.Day
	Sites []string
	// Events is in the order of arrival, with repeats.
	Events []event.Event
	// Late is how many of them, the last ones, arrive after the day was published for the first time.
	Late int
}

// Early returns the events that are there when the day is published for the first time.
func (d Day) Early() []event.Event { return d.Events[:len(d.Events)-d.Late] }

// zones are unusual on purpose: −12, +14, +5:45, half hours, and a clock change of half an hour.
var zones = []string{"UTC", "Europe/Vienna", "America/New_York", "Etc/GMT+12", "Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"}

// odd are days that no generator should leave to chance: clock changes in both directions, one at
// midnight, one that makes midnight come twice, one of half an hour, and the neighbours of a date that never was.
var odd = []struct{ zone, date string }{
	{"Europe/Vienna", "2024-03-31"}, {"Europe/Vienna", "2024-10-27"},
	{"America/New_York", "2025-03-09"}, {"America/New_York", "2025-11-02"},
	{"America/Sao_Paulo", "2018-11-04"}, {"America/Sao_Paulo", "2018-02-17"},
	{"America/St_Johns", "2010-11-06"}, {"America/St_Johns", "2010-11-07"},
	{"Australia/Lord_Howe", "2024-04-07"}, {"Australia/Lord_Howe", "2024-10-06"},
	{"Pacific/Apia", "2011-12-29"}, {"Pacific/Apia", "2011-12-31"},
}

// maker makes the events of one site.
type maker struct {
	*rand.Rand
	day  ledger.Day
	site string
}

// New makes the day of a seed. The keys of its sites begin with prefix, and no other seed has them.
func New(prefix string, seed uint64) (Day, error) {
	r := rand.New(rand.NewPCG(seed, 7))
	day, err := draw(r)
	if err != nil {
		return Day{}, fmt.Errorf("draw the day of seed %d: %w", seed, err)
	}
	d := Day{Day: day}
	for i := range 3 {
		m := &maker{r, day, prefix + "-" + strconv.FormatUint(seed, 10) + "-" + strconv.Itoa(i)}
		d.Sites = append(d.Sites, m.site)
		for range 2 + r.IntN(10) {
			d.Events = append(d.Events, m.visit()...)
		}
	}
	for range len(d.Events) / 10 {
		d.Events = append(d.Events, again(r, d.Events[r.IntN(len(d.Events))]))
	}
	r.Shuffle(len(d.Events), func(i, j int) { d.Events[i], d.Events[j] = d.Events[j], d.Events[i] })
	d.Late = r.IntN(1 + len(d.Events)/2)
	return d, nil
}

// draw takes one of the odd days in half of all cases, else any day in any of the zones.
func draw(r *rand.Rand) (ledger.Day, error) {
	name, date := zones[r.IntN(len(zones))], ledger.Date{Year: 2019, Month: 1, Day: 1}.Add(r.IntN(2500))
	if r.IntN(2) == 0 {
		o := odd[r.IntN(len(odd))]
		name = o.zone
		var err error
		if date, err = ledger.ParseDate(o.date, time.Time{}); err != nil {
			return ledger.Day{}, err
		}
	}
	zone, err := time.LoadLocation(name)
	return ledger.Day{Date: date, Zone: zone}, err
}

// again is the same event once more: the same record, or a browser's second attempt, which is received
// later and whose age is a little off.
func again(r *rand.Rand, e event.Event) event.Event {
	if e.Witness == event.Beacon && r.IntN(2) == 0 {
		e.Received = e.Received.Add(time.Duration(1+r.IntN(90_000)) * time.Millisecond)
		e.Time = e.Time.Add(time.Duration(1+r.IntN(50)) * time.Millisecond)
	}
	return e
}

func (m *maker) id(at time.Time) event.ID {
	var noise [10]byte
	for i := range noise {
		noise[i] = byte(m.Uint32())
	}
	return event.ContentID(at, noise)
}

// below is a random whole number of milliseconds under limit.
func (m *maker) below(limit time.Duration) time.Duration {
	return time.Duration(m.Int64N(limit.Milliseconds())) * time.Millisecond
}

func pick[T any](m *maker, from ...T) T { return from[m.IntN(len(from))] }
