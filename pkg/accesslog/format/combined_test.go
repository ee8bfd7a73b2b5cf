package format

import (
	"net/netip"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const agentName = "Mozilla/5.0 (X11; Linux x86_64)"

func TestParse(t *testing.T) {
	base := Line{
		Address: netip.MustParseAddr("192.0.2.7"), Time: time.Date(2024, 2, 29, 22, 30, 1, 0, time.UTC),
		Method: "GET", Target: "/a?b=c", Protocol: "HTTP/1.1", Status: 200, Bytes: 512,
		Referrer: "https://example.org/", UserAgent: agentName,
	}
	f := func(line string, change func(*Line)) {
		t.Helper()
		want := base
		if change != nil {
			change(&want)
		}
		var got Line
		if reason := mustNew(t, Combined).Read(&got, []byte(line)); reason != "" {
			t.Errorf("%s: refused as %s", line, reason)
			return
		}
		opts := []cmp.Option{cmpopts.IgnoreUnexported(Line{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })}
		if diff := cmp.Diff(want, got, opts...); diff != "" {
			t.Errorf("%s\n%s", line, diff)
		}
	}
	const head, tail = `192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] `, ` 200 512 "https://example.org/" "` + agentName + `"`
	const get = head + `"GET /a?b=c HTTP/1.1"`

	f(get+tail, nil)
	f(get+tail+` "203.0.113.9" 0.001`, nil) // more fields behind
	f(`192.0.2.7 - - [01/Mar/2024:04:15:01 +0545] "GET /a?b=c HTTP/1.1"`+tail, nil)
	f(`192.0.2.7 - - [29/Feb/2024:14:30:01 -0800] "GET /a?b=c HTTP/1.1"`+tail, nil)
	f(`192.0.2.7 - - [29/Feb/2024:22:29:60 +0000] "GET /a?b=c HTTP/1.1"`+tail, func(l *Line) { l.Time = l.Time.Add(-time.Second) })
	f(`::ffff:192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] "GET /a?b=c HTTP/1.1"`+tail, nil)
	f(`2001:db8::1 id user name [x] [29/Feb/2024:22:30:01 +0000] "GET /a?b=c HTTP/1.1"`+tail,
		func(l *Line) { l.Address = netip.MustParseAddr("2001:db8::1") })
	f(`192.0.2.7 - a\"[29/Feb/2000:22:30:01 +0000] \"GET / [29/Feb/2024:22:30:01 +0000] "GET /a?b=c HTTP/1.1"`+tail, nil)

	f(get+` 200 512`, func(l *Line) { l.Referrer, l.UserAgent = "", "" }) // common
	f(get+` 304 - "-" "-"`, func(l *Line) { l.Status, l.Bytes, l.Referrer, l.UserAgent = 304, 0, "", "" })
	f(get+` 200 512 "https://example.org/" "Mozilla/5.0 (X1`, func(l *Line) { l.UserAgent = "Mozilla/5.0 (X1" })
	f(get+` 200 512 "https://exa`, func(l *Line) { l.Referrer, l.UserAgent = "https://exa", "" })

	f(get+` 200 512 "https://example.org/" "a\x22b\"c\\d\x5Ce\qf\xzz\t\`, func(l *Line) { l.UserAgent = "a\"b\"c\\d\\e\\qf\\xzz\t\\" })
	f(get+` 200 512 "https://example.org/" "\xC3\xA9t\xE9"`, func(l *Line) { l.UserAgent = "ét\xe9" })

	f(head+`"GET /a?b=c"`+tail, func(l *Line) { l.Protocol = "" }) // HTTP/0.9
	f(head+`"GET /a b\x00c HTTP/1.1"`+tail, func(l *Line) { l.Target = "/a b\x00c" })
	f(head+`"PROPFIND * HTTP/1.1"`+tail, func(l *Line) { l.Method, l.Target = "PROPFIND", "*" })
	f(head+`"GET http://h.example/x HTTP/2.0"`+tail, func(l *Line) { l.Target, l.Protocol = "http://h.example/x", "HTTP/2.0" })
}

func TestParseRefuses(t *testing.T) {
	f := func(line string, want Reason) {
		t.Helper()
		var l Line
		if got := mustNew(t, Auto).Read(&l, []byte(line)); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
	const head, tail = `192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] `, ` 200 512 "-" "-"`

	f("", SkipEmpty)
	f(" \t", SkipEmpty)
	f("hello", SkipMalformed)
	f(head, SkipMalformed)
	f(head+`"GET / HTTP/1.1`, SkipMalformed)
	f(head+`"GET / HTTP/1.1"`, SkipMalformed)
	f(head+`"GET / HTTP/1.1" 20`, SkipMalformed)
	f(head+`"GET / HTTP/1.1" 2x0 5`, SkipMalformed)
	f(head+`"GET / HTTP/1.1" 200 5x`, SkipMalformed)
	f(head+`"GET / HTTP/1.1" 200 99999999999999999999`, SkipMalformed)
	f(`192.0.2.7 [29/Feb/2024:22:30:01 +0000] "GET / HTTP/1.1"`+tail, SkipMalformed)
	f(`192.0.2.7 - - 29/Feb/2024:22:30:01 +0000] "GET / HTTP/1.1"`+tail, SkipMalformed)
	f(`{"time":"2024-02-29T22:30:01Z","request":"GET /"}`, SkipMalformed)

	f(`crawler.example - - [29/Feb/2024:22:30:01 +0000] "GET / HTTP/1.1"`+tail, SkipAddress)
	f(`fe80::1%eth0 - - [29/Feb/2024:22:30:01 +0000] "GET / HTTP/1.1"`+tail, SkipAddress)
	f(`unix: - - [29/Feb/2024:22:30:01 +0000] "GET / HTTP/1.1"`+tail, SkipAddress)

	for _, stamp := range []string{"29/Feb/2023:22:30:01 +0000", "00/Jan/2024:22:30:01 +0000", "29/Fev/2024:22:30:01 +0000",
		"29/Feb/2024:24:30:01 +0000", "29/Feb/2024:22:60:01 +0000", "29/Feb/2024:22:30:61 +0000", "29/Feb/2024:22:30:01 0000",
		"29/Feb/2024:22:30:01 +9900", "29/Feb/2024:22:30:01 +0075", "29/Feb/1994:22:30:01 +0000", "2024-02-29T22:30:01+00:00", "", "29/eba/2024:22:30:01 +0000"} {
		f(`192.0.2.7 - - [`+stamp+`] "GET / HTTP/1.1"`+tail, SkipTime)
	}

	f(head+`"-"`+tail, SkipNoRequest)
	f(head+`""`+tail, SkipNoRequest)
	f(head+`"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"`+tail, SkipBadRequest)
	f(head+`"GET"`+tail, SkipBadRequest)
	f(head+`"GET "`+tail, SkipBadRequest)
	f(head+`"GET  HTTP/1.1"`+tail, SkipBadRequest)
	f(head+`" / HTTP/1.1"`+tail, SkipBadRequest)
	f(head+`"GET / RTSP/1.0"`+tail, SkipBadRequest)
	f(head+`"G\x22T / HTTP/1.1"`+tail, SkipBadRequest)
}

func mustNew(t testing.TB, text string, proxies ...string) *Format {
	t.Helper()
	f, err := New(text, proxies)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func FuzzTime(f *testing.F) {
	f.Add("29/Feb/2024:22:30:01 +0000")
	f.Add("31/Dec/1999:23:59:59 -1200")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseTime(s)
		want, err := time.Parse("02/Jan/2006:15:04:05 -0700", s)
		if ok && err == nil && !got.Equal(want) {
			t.Errorf("%s: got %s, want %s", s, got, want.UTC())
		}
		if len(s) == len(stampForm) && !ok && err == nil && s[3:6] == want.Month().String()[:3] && !want.Before(event.Earliest) && s[22:24] <= "18" {
			t.Errorf("%s: refused, but is %s", s, want.UTC())
		}
	})
}
