package weekly

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

func TestWords(t *testing.T) {
	f := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(relative(150, 100), "+50.0 %")
	f(relative(50, 100), "−50.0 %")
	f(relative(5, 0), "")
	f(points(0.25, 0.30), "−5.0 points")
	f(shown(nil, delivery.Duration), "unknown")
	f(shown(uint64(0), delivery.Duration), "0 s")
	f(pad(4, "ä")+"|"+pad(-4, "ä"), "ä   |   ä")
}

// A change is stated only of whole weeks.
func TestChange(t *testing.T) {
	f := func(days int, want string, unready ...figures.DayRun) {
		t.Helper()
		r := Report{Totals: figures.Row{"sessions": uint64(150)}, Before: figures.Before{Days: days, Totals: figures.Row{"sessions": uint64(100)}}, Unready: unready}
		if got := r.facts()[0]; got.Now != "150" || got.Change != want || got.Before == "0" {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	f(7, "+50.0 %")
	f(7, "+50.0 %", figures.DayRun{State: "provisional"})
	f(7, "", figures.DayRun{State: "missing"})
	f(3, "")
	f(0, "")
	if got := (Report{Totals: figures.Row{"spent_ms": nil}}).facts()[3]; got.Now != unknown {
		t.Errorf("time that is unknown is shown as %q", got.Now)
	}
}

// The picture can be drawn of any week, also of one without a figure.
func TestPicture(t *testing.T) {
	n := func(v uint64) *uint64 { return &v }
	f := func(days ...*uint64) {
		t.Helper()
		r := Report{Week: "2026-W47"}
		for i, v := range days {
			r.Days = append(r.Days, figures.Point{Day: "2026-11-1" + string(rune('0'+i)), Sessions: v, State: "final"})
		}
		content, err := r.Picture()
		if err != nil {
			t.Fatal(err)
		}
		if picture, err := png.Decode(bytes.NewReader(content)); err != nil || picture.Bounds().Dx() != chartWidth {
			t.Errorf("%v, %v", picture.Bounds(), err)
		}
	}
	f(nil, nil, nil, nil, nil, nil, nil)
	f(n(0), n(0), n(0), n(0), n(0), n(0), n(0))
	f(n(1), nil, n(3), nil, nil, nil, nil)
	f(n(1), n(20_000_000), n(3), n(4), n(5), n(6), n(7))
	f()
}
