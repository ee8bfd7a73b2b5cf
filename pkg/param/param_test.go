package param

import (
	"net/netip"
	"testing"
	"time"
)

func TestValues(t *testing.T) {
	f := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	f(Instant(time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.FixedZone("", 3600))), "2026-01-02 02:04:05.678")
	f(Text("a\\b\tc\nd\re\bf\fg\x00'"), `a\\b\tc\nd\re\bf\fg\0'`)
	f(List(nil), `[]`)
	f(List([]string{`it's`, `a\b`}), `['it\'s','a\\b']`)
	f(Map(nil), `{}`)
	f(Map(map[string]string{"b": `'`, "a": `\`}), `{'a':'\\','b':'\''}`)
	f(Address(netip.MustParseAddr("203.0.113.7")), "::ffff:203.0.113.7")
	f(Address(netip.MustParseAddr("2001:db8::1")), "2001:db8::1")
}
