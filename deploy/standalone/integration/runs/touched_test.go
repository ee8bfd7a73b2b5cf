package runs

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// TestTouchedDays: an event makes stale the days whose figures it can change, and no others.
func TestTouchedDays(t *testing.T) {
	day := dayIn(t, "2021-06-10", "Europe/Vienna")
	midnight := day.Start()
	f := func(name, want string, events ...event.Event) {
		t.Helper()
		for i := range events {
			events[i].Site = "touched-" + name
		}
		insert(t, events...)
		for _, since := range []time.Time{{}, time.Now().Add(-time.Minute)} {
			touched, err := store.TouchedDays(t.Context(), day.Zone, only("touched-"+name), since)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for date := range maps.Keys(touched) {
				text := date.String()[8:]
				if touched[date].Events == 0 {
					text += "?" // nothing began on this day
				}
				got = append(got, text)
			}
			slices.Sort(got)
			if got := strings.Join(got, " "); got != want {
				t.Errorf("%s, since %v: days %s, want %s", name, since, got, want)
			}
		}
	}
	at := func(d time.Duration) event.Event { return view("", midnight.Add(d), "/") }
	f("noon", "10", at(12*time.Hour))
	f("nothing", "", ping(at(time.Hour), time.Minute))
	f("after-midnight", "09? 10", at(30*time.Minute-time.Millisecond))
	f("well-after-midnight", "10", at(31*time.Minute))
	f("before-midnight", "09 10?", at(-10*time.Minute))
	evening := at(-2 * time.Hour)
	f("short-evening", "09", evening, ping(evening, time.Minute))
	f("long-evening", "09 10?", evening, ping(evening, 5*time.Hour))
	// A browser that claims more than the server has seen reaches only as far as the server has seen.
	browser := evening
	browser.Witness = event.Beacon
	boast := ping(browser, 5*time.Hour)
	boast.Received = evening.Received.Add(time.Minute)
	f("boast", "09", browser, boast)
	f("both", "09 10", evening, at(12*time.Hour))
	f("custom", "10", custom(at(10*time.Minute), "signup"))
	f("custom-evening", "09 10?", custom(at(-10*time.Minute), "signup"))
}

// TestTouchedSince: only what was stored since counts, but of such a view all events do.
func TestTouchedSince(t *testing.T) {
	day := dayIn(t, "2021-07-10", "Europe/Vienna")
	evening := view("since", day.Start().Add(-time.Hour), "/")
	insert(t, evening, view("since", day.Start().Add(-72*time.Hour), "/old"))
	run := publish(t, dayIn(t, "2021-07-09", "Europe/Vienna"), "since")
	late := ping(evening, 3*time.Hour) // comes on the next day, and belongs to a view of this one
	late.Witness, evening.Witness = event.Beacon, event.Beacon
	late.Received = evening.Received.Add(3 * time.Hour)
	first := ping(evening, time.Second)
	first.Received = evening.Received
	insert(t, late, first)
	touched, err := store.TouchedDays(t.Context(), day.Zone, only("since"), run.Started)
	if err != nil {
		t.Fatal(err)
	}
	if len(touched) != 2 || touched[run.Date].Last.IsZero() || touched[day.Date].Last.IsZero() {
		t.Errorf("touched days: %v, want the 9th and the 10th", touched)
	}
}
