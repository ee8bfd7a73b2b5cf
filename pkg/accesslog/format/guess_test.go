package format

import (
	"fmt"
	"strings"
	"testing"
)

func TestGuess(t *testing.T) {
	f := func(want string, read int, lines ...string) {
		t.Helper()
		var raw [][]byte
		for _, line := range lines {
			raw = append(raw, []byte(line))
		}
		if got := GuessFormat(raw); got.Format != want || got.Read != read {
			t.Errorf("%s\ngot %+v, want %d lines of %s", strings.Join(lines, "\n"), got, read, want)
		}
	}
	const common = `192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] "GET /a?b=c HTTP/1.1" 200 512`
	const main = common + ` "https://example.org/" "` + agentName + `"`
	const id = ` "0123456789abcdef0123456789abcdef"`
	f(Auto, 0)
	f(Auto, 0, "hello", "")
	f(Common, 2, common, common)
	f(Combined, 2, main, "junk", main)
	f(Combined, 2, main, `192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] "\x16\x03\x01" 400 0 "-" "-"`)
	f(Combined, 1, main+` x "y"`)
	f(combinedText+` "$request_id"`, 2, main+id, main+id)
	f(combinedText+` "$http_x_forwarded_for" $request_time $field3 "$request_id"`, 2,
		main+` "203.0.113.9, 10.0.0.1" 0.012 7`+id, main+` "-" 1.000 x`+id)
	f(VhostCombined, 1, "site.example:443 "+main)
	f(JSON, 1, `{"time":"2024-02-29T22:30:01Z","ip":"192.0.2.7","request":"GET / HTTP/1.1","status":200}`)
	f(Caddy, 1, `{"ts":1709245801.25,"request":{"remote_ip":"192.0.2.1","method":"GET","uri":"/"},"status":200}`)
}

// TestGuessReads: what is guessed tells what the tail holds.
func TestGuessReads(t *testing.T) {
	line := fmt.Appendf(nil, `10.0.0.1 - - [29/Feb/2024:22:30:01 +0000] "GET / HTTP/1.1" 200 5 "-" "-" %032x "203.0.113.9" 0.250`, 77)
	var l Line
	guess := GuessFormat([][]byte{line})
	if reason := mustNew(t, guess.Format, "10.0.0.1").Read(&l, line); reason != "" || l.RequestID != fmt.Sprintf("%032x", 77) ||
		l.Address.String() != "203.0.113.9" || l.Duration.Milliseconds() != 250 {
		t.Errorf("%s reads %+v, %q", guess.Format, l, reason)
	}
}
