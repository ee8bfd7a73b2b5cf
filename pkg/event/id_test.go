package event

import (
	"strings"
	"testing"
	"time"
)

func TestNewIDStartsWithItsTime(t *testing.T) {
	at := time.UnixMilli(0x0123456789ab)
	a, b := NewID(at), NewID(at)
	if !strings.HasPrefix(a.String(), "01234567-89ab-7") {
		t.Errorf("id %s does not start with its time and version", a)
	}
	if a[8]>>6 != 2 {
		t.Errorf("id %s has the wrong variant", a)
	}
	if a == b {
		t.Errorf("two ids are equal: %s", a)
	}
	if later := NewID(at.Add(time.Millisecond)); later.String() <= a.String() {
		t.Errorf("a later id %s sorts before %s", later, a)
	}
}

func TestContentIDRepeats(t *testing.T) {
	at, hash := time.UnixMilli(1), [10]byte{0xff, 0xff, 0xff, 3}
	if a, b := ContentID(at, hash), ContentID(at, hash); a != b || a.String()[14] != '8' {
		t.Errorf("ids %s and %s of one content", a, b)
	}
	if a, b := ContentID(at, hash), ContentID(at, [10]byte{1}); a == b {
		t.Errorf("one id %s of two contents", a)
	}
}

func TestParseID(t *testing.T) {
	f := func(s, want string) {
		t.Helper()
		id, err := ParseID("event_id", s)
		if got := id.String(); err != nil && want != "" || err == nil && got != want {
			t.Errorf("ParseID(%q) = %s, %v; want %q", s, got, err, want)
		}
		if inv, ok := AsInvalid(err); err != nil && (!ok || inv.Field != "event_id" || inv.Reason != ReasonMalformed) {
			t.Errorf("ParseID(%q): error %v names no field", s, err)
		}
	}
	const id = "01234567-89ab-7cde-8f01-23456789abcd"
	f(id, id)
	f(strings.ToUpper(id), id)
	f(strings.ReplaceAll(id, "-", ""), id)
	f("", "")
	f("0123", "")
	f("{"+id+"}", "")
	f(strings.Repeat("0", 32), "")
	f("00000000-0000-0000-0000-000000000000", "")
	f("0123456789ab-7cde-8f01-23456789abcd-", "")
	f(strings.Repeat("g", 32), "")
	f("01234567-89ab-7cde-8f01-23456789abc-", "")
	f(strings.Repeat("é", 18), "") // 36 bytes
}

func FuzzParseID(f *testing.F) {
	f.Add("01234567-89ab-7cde-8f01-23456789abcd")
	f.Add("0123456789ab7cde8f0123456789abcd")
	f.Add("------------------------------------")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID("id", s)
		if err != nil {
			if _, ok := AsInvalid(err); !ok || !id.IsZero() {
				t.Fatalf("ParseID(%q) = %s, %v", s, id, err)
			}
			return
		}
		if again, err := ParseID("id", id.String()); err != nil || again != id {
			t.Fatalf("ParseID(%q) = %s, which reads as %s, %v", s, id, again, err)
		}
		if !strings.EqualFold(strings.ReplaceAll(s, "-", ""), strings.ReplaceAll(id.String(), "-", "")) {
			t.Fatalf("ParseID(%q) = %s", s, id)
		}
	})
}
