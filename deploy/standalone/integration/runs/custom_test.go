package runs

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

// custom is an event of the site's own on the page of a view.
func custom(v event.Event, name string) event.Event {
	v.ID, v.Kind, v.Name, v.Witness = event.NewID(v.Time), event.Custom, name, event.API
	return v
}

// TestCustomEventsAlone: a day of custom events only is computed; a late one makes it stale and changes its table, and
// one that comes again changes nothing.
func TestCustomEventsAlone(t *testing.T) {
	day := dayIn(t, "2021-03-05", "Pacific/Tarawa")
	at := day.Start().Add(12 * time.Hour)
	first := custom(view("customs", at, "/"), "signup")
	insert(t, first)
	t.Run("schedule", func(t *testing.T) { start(t, day.Zone, "customs").until(t, "2021-03-05") })
	f := func(what, want string, rows uint64) ledger.Sums {
		t.Helper()
		if got := verdict(verify(t, day, "customs")); got != want {
			t.Errorf("%s: the day is %s, want %s", what, got, want)
		}
		publish(t, day, "customs")
		sums := readBack(t, day)
		if sums["daily_events"].Rows != rows || sums["daily_site"].Rows != 0 {
			t.Errorf("%s: published are %+v, want %d custom events and no views", what, sums, rows)
		}
		return sums["daily_events"]
	}
	one := f("by the schedule", rollup.Equal, 1)
	insert(t, custom(view("customs", at.Add(time.Hour), "/"), "late"))
	two := f("a late event", rollup.Equal+", daily_events "+rollup.Stale, 2)
	first.Time = first.Time.Add(20 * time.Millisecond) // the browser's second attempt
	insert(t, first)
	if again := f("an event again", rollup.Equal, 2); again != two || again.Checksum == one.Checksum {
		t.Errorf("the table came to %+v, %+v, %+v", one, two, again)
	}
	has, err := store.DayHasEvents(t.Context(), day, only("customs"))
	if err != nil || !has {
		t.Errorf("a request for the day would be refused: %v", err)
	}
	days, err := store.DaysWithEvents(t.Context(), []ledger.Day{day, {Date: day.Date.Add(1), Zone: day.Zone}}, []string{"customs"})
	if got := slices.Collect(maps.Keys(days)); err != nil || !slices.Equal(got, []ledger.Date{day.Date}) {
		t.Errorf("days with events are %v, %v", got, err)
	}
	if moved, err := store.ForeignDays(t.Context(), day.Zone, only("another")); err != nil || !slices.Equal(moved, []ledger.Date{day.Date}) {
		t.Errorf("once the site has moved, foreign days are %v, %v", moved, err)
	}
	if zones, err := store.PublishedZones(t.Context()); err != nil || !slices.Contains(zones, day.Zone.String()) {
		t.Errorf("published zones are %v, %v", zones, err)
	}
}

// TestCustomEventAcrossMidnight: a second attempt may seem to be of the next day; the event counts on its own.
func TestCustomEventAcrossMidnight(t *testing.T) {
	second := dayIn(t, "2021-03-09", "Pacific/Saipan")
	first := ledger.Day{Date: second.Date.Add(-1), Zone: second.Zone}
	late := custom(view("customs-midnight", second.Start().Add(20*time.Millisecond), "/"), "signup")
	insert(t, late)
	f := func(what string, rows ...uint64) {
		t.Helper()
		for i, day := range []ledger.Day{first, second} {
			publish(t, day, "customs-midnight")
			if got := readBack(t, day)["daily_events"].Rows; got != rows[i] {
				t.Errorf("%s: %s has %d custom events, want %d", what, day, got, rows[i])
			}
		}
	}
	f("the second attempt alone", 0, 1)
	run := time.Now()
	early := late
	early.Time = second.Start().Add(-20 * time.Millisecond)
	insert(t, early)
	f("both", 1, 0)
	touched, err := store.TouchedDays(t.Context(), second.Zone, only("customs-midnight"), run)
	if err != nil || len(touched) != 2 {
		t.Errorf("the first attempt touches %v, %v; want both days", touched, err)
	}
}

// meanwhile does something when a step of a run has ended.
type meanwhile struct {
	rollup.Warehouse
	step string
	do   func()
}

func (m meanwhile) Stage(ctx context.Context, run uuid.UUID, day ledger.Day, sel ledger.Selection) (*ledger.Staging, error) {
	return m.Warehouse.Stage(ledger.WithTrace(ctx, func(s ledger.Substep) {
		if s.Name == m.step {
			m.do()
		}
	}), run, day, sel)
}

// TestCustomEventMeanwhile: one that is stored after the others were counted, and before they are written to the
// table, does not fail the run.
func TestCustomEventMeanwhile(t *testing.T) {
	day := dayIn(t, "2021-03-13", "Pacific/Palau")
	send := func(name string) { insert(t, custom(view("meanwhile", day.Start().Add(time.Hour), "/"), name)) }
	send("first")
	if _, err := newRunner(meanwhile{store, "sum", func() { send("second") }}, store).Run(t.Context(), day, only("meanwhile"), true); err != nil {
		t.Fatal(err)
	}
	if sums := readBack(t, day)["daily_events"]; sums.Rows != 2 {
		t.Errorf("published are %d custom events, want 2", sums.Rows)
	}
}
