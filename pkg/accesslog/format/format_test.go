package format

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// nginxJSON is a log_format as nginx's documentation likes it, over several strings.
const nginxJSON = `log_format json escape=json '{"t":"$time_iso8601","ip":"$remote_addr","xff":"$http_x_forwarded_for",'
	'"req":"$request","st":$status,"b":$body_bytes_sent,"rt":$request_time,"ua":"$http_user_agent",'
	'"ref":"$http_referer","id":"$request_id","up":"$upstream_addr"}';`

func TestFormats(t *testing.T) {
	base := Line{
		Address: netip.MustParseAddr("192.0.2.7"), Time: time.Date(2024, 2, 29, 22, 30, 1, 0, time.UTC),
		Method: "GET", Target: "/a?b=c", Protocol: "HTTP/1.1", Status: 200, Bytes: 512,
		Referrer: "https://example.org/", UserAgent: agentName,
	}
	f := func(text, line string, change func(*Line)) {
		t.Helper()
		want := base
		if change != nil {
			change(&want)
		}
		var got Line
		if reason := mustNew(t, text, "10.0.0.0/8", "::1").Read(&got, []byte(line)); reason != "" {
			t.Errorf("%s: refused as %s", line, reason)
			return
		}
		opts := []cmp.Option{cmpopts.IgnoreUnexported(Line{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })}
		if diff := cmp.Diff(want, got, opts...); diff != "" {
			t.Errorf("%s\n%s", line, diff)
		}
	}
	const main = `192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://example.org/" "` + agentName + `"`
	const id = "0123456789abcdef0123456789abcdef"
	rid := func(l *Line) { l.RequestID = id }
	proxied := func(l *Line) { l.Address = netip.MustParseAddr("203.0.113.9") }
	const combined = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`

	f("", main, nil)
	f("", main+` "`+id+`"`, rid)
	f("", main+` "`+id+`" 0.5`, rid)
	f("", main+` "`+id+`7"`, nil)
	f(combined, main, nil)
	f(combined+` "$request_id"`, main+` "`+id+`"`, rid)
	f(`log_format footfall '`+combined+` '`+"\n\t"+`'"$request_id"';`, main+` "`+id+`"`, rid)
	f(combined+` $request_time $upstream_addr $request_id`, main+` 0.034 10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80 `+id,
		func(l *Line) { l.RequestID, l.Duration = id, 34*time.Millisecond })
	f(combined, strings.Replace(main, "- -", `- a [b] \"c`, 1), nil)
	f(combined, strings.Replace(main, agentName, `a\x22\x5C\"b`, 1), func(l *Line) { l.UserAgent = `a"\"b` })

	// Trusted proxies: 10.0.0.0/8 and ::1.
	const forwarded = combined + ` "$http_x_forwarded_for"`
	f(forwarded, main+` "203.0.113.9"`, nil) // the peer is none
	f(forwarded, strings.Replace(main, "192.0.2.7", "10.1.1.1", 1)+` "198.51.100.66, 203.0.113.9, 10.2.2.2"`, proxied)
	f(forwarded, strings.Replace(main, "192.0.2.7", "::1", 1)+` "unknown, 203.0.113.9"`, proxied)
	f(forwarded, strings.Replace(main, "192.0.2.7", "10.1.1.1", 1)+` "203.0.113.9, junk"`, func(l *Line) { l.Address = netip.MustParseAddr("10.1.1.1") })
	f(forwarded, strings.Replace(main, "192.0.2.7", "10.1.1.1", 1)+` "-"`, func(l *Line) { l.Address = netip.MustParseAddr("10.1.1.1") })
	f(forwarded, strings.Replace(main, "192.0.2.7", "10.1.1.1", 1)+` "[2001:db8::9]:443"`, func(l *Line) { l.Address = netip.MustParseAddr("2001:db8::9") })
	f(forwarded, strings.Replace(main, "192.0.2.7", "unix:", 1)+` "198.51.100.66, 203.0.113.9"`, proxied)
	f(`$http_x_forwarded_for [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`,
		strings.Replace(main, "192.0.2.7 - -", "198.51.100.66, 203.0.113.9, 10.0.0.7", 1), proxied)

	// Fields that touch, and a host.
	f(`$remote_addr [$time_iso8601] $scheme://$host$request_uri $request_method $server_protocol $status $bytes_sent "$http_referer" "$http_user_agent"`,
		`192.0.2.7 [2024-02-29T23:30:01+01:00] https://site.example/a?b=c GET HTTP/1.1 200 512 "https://example.org/" "`+agentName+`"`,
		func(l *Line) { l.Host, l.Scheme = "site.example", "https" })
	f(`$msec|$remote_addr|$request_method|$uri$is_args$args|$server_protocol|$status|$body_bytes_sent|$http_referer|${http_user_agent}|$sent_http_content_type`,
		`1709245801.250|192.0.2.7|GET|/a?b=c|HTTP/1.1|200|512|https://example.org/|`+agentName+`|text/html; charset=utf-8`,
		func(l *Line) {
			l.Time, l.ContentType = l.Time.Add(250*time.Millisecond), "text/html; charset=utf-8"
		})

	// JSON by its own text, and by its names.
	odd := func(l *Line) {
		l.UserAgent, l.RequestID, l.Duration = "a\"b\\c\u00e9\n", id, 1500*time.Millisecond
	}
	f(nginxJSON, `{"t":"2024-02-29T22:30:01+00:00","ip":"192.0.2.7","xff":"","req":"GET /a?b=c HTTP/1.1","st":200,"b":512,"rt":1.500,`+
		`"ua":"a\"b\\c`+"\u00e9"+`\n","ref":"https://example.org/","id":"`+id+`","up":""}`, odd)
	for _, text := range []string{"", JSON} {
		f(text, `{"time_local":"29/Feb/2024:22:30:01 +0000","remote_addr":"192.0.2.7","request":"GET /a?b=c HTTP/1.1","status":"200","body_bytes_sent":512,`+
			`"request_time":1.500,"http_user_agent":"a\"b\\c\u00e9\u000a","http_referer":"https://example.org/","request_id":"`+id+`","extra":{"x":[1]}}`, odd)
		f(text, `{"@timestamp":1709245801000,"client_ip":"192.0.2.7","method":"GET","uri":"/a","query":"b=c","path":null,"proto":"HTTP/1.1","status":200,"bytes":512,`+
			`"referer":"https://example.org/","user_agent":"`+agentName+`","host":"site.example"}`, func(l *Line) { l.Host, l.Target = "site.example", "/a" })
	}

	const caddy = `{"level":"info","ts":1709245801.25,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"10.1.1.1","remote_port":"4711",` +
		`"client_ip":"10.1.1.1","proto":"HTTP/1.1","method":"GET","host":"site.example","uri":"/a?b=c","headers":{"User-Agent":["` + agentName + `"],` +
		`"Referer":["https://example.org/"],"X-Forwarded-For":["198.51.100.66","203.0.113.9"]},"tls":{"version":772}},"bytes_read":0,"user_id":"","duration":0.25,` +
		`"size":512,"status":200,"resp_headers":{"Content-Type":["text/html"],"Server-Timing":["rid;desc=\"` + id + `\""]}}`
	for _, text := range []string{"", Caddy} {
		f(text, caddy, func(l *Line) {
			proxied(l)
			l.Time, l.Duration = l.Time.Add(250*time.Millisecond), 250*time.Millisecond
			l.RequestID, l.ContentType, l.Host, l.Scheme = id, "text/html", "site.example", "https"
		})
	}

	// Apache.
	f(`%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D`, main+" 2500", func(l *Line) { l.Duration = 2500 * time.Microsecond })
	f(`LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %{ms}T %{UNIQUE_ID}e" timed`, main+" 3 "+id,
		func(l *Line) { l.Duration, l.RequestID = 3*time.Millisecond, id })
	f(VhostCombined, "site.example:443 "+main, func(l *Line) { l.Host = "site.example" })
	f(`%{%d.%m.%Y %H:%M:%S %z}t|%h|%a|%m|%U%q|%H|%s|%>s|%B|%!200{Referer}i|%{User-agent}i|%{Content-Type}o|%%`,
		`29.02.2024 22:30:01 +0000|client.example|192.0.2.7|GET|/a?b=c|HTTP/1.1|301|200|512|https://example.org/|`+agentName+`|text/html|%`,
		func(l *Line) { l.ContentType = "text/html" })
	f(`%{sec}t %a "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{us}T`, strings.Replace(main, "192.0.2.7 - - [29/Feb/2024:22:30:01 +0000]", "1709245801 192.0.2.7", 1)+" 7", func(l *Line) { l.Duration = 7 * time.Microsecond })
}

func TestFormatRefusesLines(t *testing.T) {
	f := func(text, line string, want Reason) {
		t.Helper()
		var l Line
		if got := mustNew(t, text).Read(&l, []byte(line)); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
	const text = `$remote_addr [$time_iso8601] "$request" $status`
	f(text, " ", SkipEmpty)
	f(text, "\x1f\x8b\x00\xff", SkipMalformed)
	f(text, `192.0.2.7 [2024-02-29T22:30:01Z] "GET / HTTP/1.1`, SkipMalformed)
	f(text, `192.0.2.7 [2024-02-29T22:30:01Z] "GET / HTTP/1.1" 2x0`, SkipMalformed)
	f(text, `client [2024-02-29T22:30:01Z] "GET / HTTP/1.1" 200`, SkipAddress)
	f(text, `192.0.2.7 [2024-02-30T22:30:01Z] "GET / HTTP/1.1" 200`, SkipTime)
	f(text, `192.0.2.7 [1994-02-27T22:30:01Z] "GET / HTTP/1.1" 200`, SkipTime)
	f(text, `192.0.2.7 [2024-02-29T22:30:01Z] "-" 400`, SkipNoRequest)
	f(text, `192.0.2.7 [2024-02-29T22:30:01Z] "\x16\x03\x01" 400`, SkipBadRequest)
	f(JSON, `{"time":"2024-02-29T22:30:01Z","ip":"192.0.2.7","request":"GET / HTTP/1.1"}`, SkipMalformed) // no status
	f(JSON, `{"time":"2024-02-29T22:30:01Z","ip":"192.0.2.7","request":"-","status":400}`, SkipNoRequest)
	f(JSON, `{"time":"2024-02-29T22:30:01Z","ip":"192.0.2.7","requ`, SkipMalformed)
	f(JSON, `["time"]`, SkipMalformed)
	f(JSON, strings.Repeat(`{"a":`, 5000), SkipMalformed)
	f("", `{"level":"info","msg":"server started"}`, SkipMalformed)
}

func TestFormatRefusesTexts(t *testing.T) {
	f := func(text, want string, proxies ...string) {
		t.Helper()
		if _, err := New(text, proxies); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q in it", text, err, want)
		}
	}
	f("apache", "is no name that is known")
	f("", `trusted proxies: "10.0.0.0/33"`, "10.0.0.0/33")
	f(`$time_local "$request" $status`, "no client address")
	f(`$remote_addr "$request" $status`, "no time")
	f(`$remote_addr $time_local $status`, "no request")
	f(`$remote_addr $time_local "$request"`, "no status")
	f(`$remote_addr$time_local "$request" $status`, "nothing tells where the first one ends")
	f(`log_format main '$remote_addr`, "no closing quote")
	f(`log_format main $remote_addr`, "must be quoted")
	f(`log_format main`, "no name that is known")
	f(`escape=html '$remote_addr'`, "escape=html must be")
	f(`$remote_addr $ "$request"`, "without a name")
	f(`%h %t "%r" %>s %{`, "cannot read")
	f(`%h %t %>s`, `add "$request"`)
}

// TestHalfLine: only a line that surely is all there is read before its end has been written.
func TestHalfLine(t *testing.T) {
	f := func(text, line string, want bool) {
		t.Helper()
		var l Line
		if reason := mustNew(t, text).Read(&l, []byte(line)); reason != "" || l.Whole() != want {
			t.Errorf("%s: %q, whole = %t, want %t", line, reason, l.Whole(), want)
		}
	}
	f(`$remote_addr [$time_iso8601] "$request" $status`, `192.0.2.7 [2024-02-29T22:30:01Z] "GET / HTTP/1.1" 200`, false)
	f(`$remote_addr [$time_iso8601] $status "$request"`, `192.0.2.7 [2024-02-29T22:30:01Z] 200 "GET / HTTP/1.1"`, true)
	f(JSON, `{"time":"2024-02-29T22:30:01Z","ip":"192.0.2.7","request":"GET / HTTP/1.1","status":200}`, true)
	const main = `192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] "GET / HTTP/1.1" 200 512`
	f("", main, false)
	f("", main+` "-" "x"`, true)
	f("", main+` "-" "x" "0123`, false)
	f("", main+` "-" "x" "0123456789abcdef0123456789abcdef"`, true)
	f("", main+` "-" "x" 0.1`, false)
}

// BenchmarkFormats reads one line again and again in each form.
func BenchmarkFormats(b *testing.B) {
	const main = `192.0.2.7 - - [29/Feb/2024:22:30:01 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://example.org/" "` + agentName + `"`
	const id = ` "0123456789abcdef0123456789abcdef"`
	for _, c := range []struct{ name, text, line string }{
		{"combined", Auto, main},
		{"log_format", combinedText + ` "$request_id"`, main + id},
		{"LogFormat", `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D`, main + " 2500"},
		{"json", Auto, `{"time_iso8601":"2024-02-29T22:30:01+00:00","remote_addr":"192.0.2.7","request":"GET /a?b=c HTTP/1.1","status":200,"body_bytes_sent":512,` +
			`"http_referer":"https://example.org/","http_user_agent":"` + agentName + `","request_id":"0123456789abcdef0123456789abcdef"}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			form, line := mustNew(b, c.text), []byte(c.line)
			var l Line
			for b.Loop() {
				if reason := form.Read(&l, line); reason != "" {
					b.Fatal(reason)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
