package weekly

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

func TestWords(t *testing.T) {
	f := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(count(0), "0")
	f(count(999), "999")
	f(count(1234567), "1,234,567")
	f(duration(0), "0 s")
	f(duration(59_499), "59 s")
	f(duration(940_000), "15 min 40 s")
	f(duration(3_600_000*1234), "1,234 h 0 min")
	f(percent(0.4567), "45.7 %")
	f(relative(150, 100), "+50.0 %")
	f(relative(50, 100), "−50.0 %")
	f(relative(5, 0), "")
	f(points(0.25, 0.30), "−5.0 points")
	f(shown(nil, duration), "unknown")
	f(shown(uint64(0), duration), "0 s")
	f(oneLine("a\r\nb\u202ec\u2028d", 20), "a  b c d")
	f(oneLine("äöü", 2), "ä…")
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

// Pauses between attempts, and what keeps one from being made.
func TestStanding(t *testing.T) {
	f := func(name string, done, due bool, all ...attempt) {
		t.Helper()
		if gotDone, gotDue := standing(all, "me"); gotDone != done || gotDue != due {
			t.Errorf("%s: done %t, due %t", name, gotDone, gotDue)
		}
	}
	f("never tried", false, true)
	f("sent", true, false, attempt{"a", sent, time.Hour}, attempt{"b", failed, 2 * time.Hour})
	f("own attempt", false, true, attempt{"me", sending, 0})
	f("another's attempt", false, false, attempt{"me", sending, 0}, attempt{"a", sending, time.Second})
	f("an attempt whose process was killed", false, true, attempt{"a", sending, lease})
	f("stepped back", false, true, attempt{"a", released, 0})
	f("failed just now", false, false, attempt{"a", failed, 59 * time.Second})
	f("failed a while ago", false, true, attempt{"a", failed, time.Minute})
	f("failed twice", false, false, attempt{"a", failed, time.Minute}, attempt{"b", failed, time.Hour})
	if pause(3) != 4*time.Minute || pause(1000) != longestPause {
		t.Errorf("pauses %s, %s", pause(3), pause(1000))
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

// A receiver checks a signature as the documentation says.
func TestSign(t *testing.T) {
	got := sign("secret", time.Unix(1_700_000_000, 0), []byte(`{"a":1}`))
	// printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
	const want = "t=1700000000,v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if strings.Contains(got, "secret") {
		t.Error("the signature holds the secret")
	}
}
