package explain

import (
	"bytes"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"

	_ "time/tzdata"
)

var update = flag.Bool("update", false, "write the golden files again")

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// maker makes views with ids in the order of their making.
type maker struct {
	day   ledger.Day
	views []ledger.View
}

func (m *maker) view(after time.Duration, path string, witnesses ...string) *ledger.View {
	v := ledger.View{ID: uuid.UUID{15: byte(len(m.views) + 1)}, Agent: "Firefox", Start: m.day.Start().Add(after), Path: path, Witnesses: witnesses}
	m.views = append(m.views, v)
	return &m.views[len(m.views)-1]
}

func engaged(v *ledger.View, claimed, observed time.Duration) {
	v.Pinged, v.ClaimedMS, v.ObservedMS = true, claimed.Milliseconds(), observed.Milliseconds()
}

// check compares the text with a golden file, and says whether the explanation agrees.
func check(t *testing.T, name string, c Case) bool {
	t.Helper()
	var out bytes.Buffer
	agrees, err := Write(&out, c)
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", name+".golden.txt")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
	return agrees
}

// TestWorkedExample is the example of the definitions.
func TestWorkedExample(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2023, Month: 5, Day: 4}, Zone: time.UTC}
	m := &maker{day: day}
	engaged(m.view(10*time.Hour, "/a", "beacon"), 40*time.Second, 40*time.Second)
	m.view(10*time.Hour+5*time.Minute, "/b", "log")
	m.view(10*time.Hour+20*time.Minute, "/c", "log")
	m.view(11*time.Hour+30*time.Minute, "/a", "log")
	c := Case{
		Site: "example", Address: netip.MustParseAddr("203.0.113.7"), Day: day, Views: m.views,
		Run:       &ledger.Run{State: ledger.Final, Started: day.End().Add(time.Hour)},
		Published: ledger.Totals{Accesses: 4, Sessions: 2, SpentMS: 940_000, EngagedMS: 40_000, Evidence: 1, Gap: 1, Unknown: 2},
	}
	if !check(t, "worked", c) {
		t.Error("the sums do not agree with the published ones")
	}
	c.Published.Accesses = 3
	c.Late = day.End().Add(5 * time.Hour)
	if check(t, "stale", c) {
		t.Error("a missing view went unnoticed")
	}
	c.Late = time.Time{}
	if check(t, "different", c) {
		t.Error("a missing view went unnoticed")
	}
	c.Run = nil
	if check(t, "unpublished", c) {
		t.Error("a day that is not published agrees")
	}
}

// TestMidnights: a session across both midnights of a day of 23 hours, two visitors, a bot, a browser
// that boasts, a pause that the use of a page bridges, and a path that would steer a terminal.
func TestMidnights(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2026, Month: 3, Day: 29}, Zone: zone(t, "Europe/Vienna")}
	m := &maker{day: day}
	m.view(-26*time.Minute, "/evening", "log")
	m.view(2*time.Minute, "/night", "log", "beacon")
	engaged(m.view(9*time.Minute, "/film", "beacon"), 5*time.Hour, 50*time.Minute)
	m.view(15*time.Minute, "/meanwhile", "log")
	m.view(time.Hour, "/after", "log")
	m.view(3*time.Hour+1500*time.Millisecond, "/\x1b[31mred", "pixel")
	m.view(22*time.Hour+50*time.Minute, "/late", "log")
	m.view(23*time.Hour+5*time.Minute, "/next-day", "log")
	api := m.view(12*time.Hour, "/app", "api")
	api.BotReasons = []string{"the user-agent is a crawler's", "the address belongs to a hosting network"}
	api.Agent, api.Bot, api.Pinged, api.StatedMS = "crawler", true, true, 61_000
	check(t, "midnights", Case{
		Site: "example", Address: netip.MustParseAddr("2001:db8::7"), Day: day, Views: m.views,
		Run: &ledger.Run{State: ledger.Provisional, Started: day.Start().Add(20 * time.Hour)},
	})
}

// TestHabits: visitors who are bots by all that they do in a day, and others who do one view less.
func TestHabits(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2026, Month: 3, Day: 28}, Zone: time.UTC}
	m := &maker{day: day}
	for i := range 4 {
		m.view(10*time.Hour+time.Duration(i)*time.Second, "/fast", "beacon").Agent = "fast"
		m.view(11*time.Hour+time.Duration(i)*10*time.Minute, "/silent", "log").Agent = "silent"
	}
	for i := range 3 {
		m.view(12*time.Hour+time.Duration(i)*time.Second, "/reader", "log").Agent = "reader"
		m.view(time.Duration(i)*time.Millisecond-time.Second, "/nobody", "api").Agent = ""
	}
	m.view(12*time.Hour+3001*time.Millisecond, "/reader", "beacon").Agent = "reader"
	m.view(0, "/nobody", "api").Agent = ""
	check(t, "habits", Case{
		Site: "example", Address: netip.MustParseAddr("2001:db8::7"), Day: day, Views: m.views,
		Habits: ledger.Habits{RateViews: 3, Within: 3 * time.Second, SilentViews: 4, Common: 20, Logged: 61},
	})
}

func TestNothing(t *testing.T) {
	day := ledger.Day{Date: ledger.Date{Year: 2026, Month: 3, Day: 29}, Zone: time.UTC}
	c := Case{Site: "example", Address: netip.MustParseAddr("2001:db8::7"), Day: day, Run: &ledger.Run{State: ledger.Final, Started: day.End()}}
	if !check(t, "nothing", c) {
		t.Error("nothing does not agree with nothing")
	}
}

func TestWords(t *testing.T) {
	f := func(d time.Duration, want string) {
		t.Helper()
		if got := words(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	f(0, "0 s")
	f(time.Millisecond, "0.001 s")
	f(40*time.Second, "40 s")
	f(15*time.Minute, "15 min")
	f(time.Hour+time.Second+250*time.Millisecond, "1 h 1.25 s")
	f(25*time.Hour, "25 h")
}
