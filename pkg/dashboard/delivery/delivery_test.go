package delivery

import (
	"strings"
	"testing"
	"time"
)

// What others wrote becomes one line without marks that turn the direction of what follows.
func TestOneLine(t *testing.T) {
	f := func(text string, most int, want string) {
		t.Helper()
		if got := OneLine(text, most); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f("a\r\nb\u202ec\u2028d", 20, "a  b c d")
	f("äöü", 2, "ä…")
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
	f("sent", true, false, attempt{"a", Sent, time.Hour}, attempt{"b", Failed, 2 * time.Hour})
	f("own attempt", false, true, attempt{"me", Sending, 0})
	f("another's attempt", false, false, attempt{"me", Sending, 0}, attempt{"a", Sending, time.Second})
	f("an attempt whose process was killed", false, true, attempt{"a", Sending, lease})
	f("stepped back", false, true, attempt{"a", Released, 0})
	f("failed just now", false, false, attempt{"a", Failed, 59 * time.Second})
	f("failed a while ago", false, true, attempt{"a", Failed, time.Minute})
	f("failed twice", false, false, attempt{"a", Failed, time.Minute}, attempt{"b", Failed, time.Hour})
	if pause(3) != 4*time.Minute || pause(1000) != longestPause {
		t.Errorf("pauses %s, %s", pause(3), pause(1000))
	}
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
