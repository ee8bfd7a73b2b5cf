package delivery

import "testing"

// Numbers are written for people: in groups, and times by the units that matter.
func TestWords(t *testing.T) {
	f := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(Count(0), "0")
	f(Count(999), "999")
	f(Count(1234567), "1,234,567")
	f(Count(-1000), "-1,000")
	f(Count(-100), "-100")
	f(Count(10.5), "10.5")
	f(Count(1000.0/3), "333.33")
	f(Count(999.999), "1,000")
	f(Duration(0), "0 s")
	f(Duration(59_499), "59 s")
	f(Duration(940_000), "15 min 40 s")
	f(Duration(1_800_000), "30 min")
	f(Duration(3_600_000*1234), "1,234 h")
	f(Duration(3_600_000+300_000), "1 h 5 min")
	f(Percent(0.4567), "45.7 %")
}
