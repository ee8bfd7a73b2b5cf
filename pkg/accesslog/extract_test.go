package accesslog

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

const agent = "Mozilla/5.0 (X11; Linux x86_64)"

// TestGolden holds odd lines, as servers write them, to what is posted for them.
func TestGolden(t *testing.T) {
	file, err := os.Open("testdata/odd.log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got strings.Builder
	out := json.NewEncoder(&got)
	out.SetEscapeHTML(false)
	x, lines := mustExtractor(t, "odd.example", ""), NewLineReader(file, 0)
	for raw, err := lines.Next(); err == nil; raw, err = lines.Next() {
		if raw.Offset == 0 {
			x.Begin(raw.Hash())
		}
		var p event.Posted
		if _, reason := x.Event(raw, &p); reason != "" {
			got.WriteString("skip " + string(reason) + "\n")
			continue
		}
		checkPosted(t, p)
		out.Encode(p)
	}
	if *update {
		if err := os.WriteFile("testdata/odd.golden", []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/odd.golden")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

// checkPosted lets the collector's own checks judge an event.
func checkPosted(t *testing.T, p event.Posted) {
	t.Helper()
	e := event.Event{Received: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), AddressMode: event.Full}
	if err := p.Fill(&e); err != nil {
		t.Errorf("%+v: %v", p, err)
	} else if err := p.FillTrusted(&e); err != nil {
		t.Errorf("%+v: %v", p, err)
	} else if err := e.Validate(); err != nil {
		t.Errorf("%+v: %v", p, err)
	}
}

func mustViews(t testing.TB, extensions ...string) Views {
	t.Helper()
	v, err := NewViews(extensions)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func mustExtractor(t testing.TB, site, form string, proxies ...string) *Extractor {
	t.Helper()
	x, err := LinesConfig{AccessFormat: form, AccessProxies: proxies}.extractor(site)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// FuzzExtract: whatever stands in a line of whatever format, a view is an event that the collector takes.
func FuzzExtract(f *testing.F) {
	formats := []string{
		"", "vhost_combined", `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D %{X-Forwarded-For}i`,
		`$remote_addr [$time_iso8601] $scheme://$host$request_uri $request_method $status "$http_user_agent" $upstream_addr "$request_id" "$http_x_forwarded_for"`,
		`escape=json '{"t":"$msec","ip":"$remote_addr","r":"$request","s":$status,"ua":"$http_user_agent","ref":"$http_referer","rt":$request_time}'`,
	}
	for _, line := range oddLines(f) {
		for i := range formats {
			f.Add(byte(i), line)
		}
	}
	f.Add(byte(3), []byte(`192.0.2.1 [2024-02-29T22:30:01+00:00] https://a.b:1/x?y GET 200 "x" 1:2, 3 : 4 "id" "::1, 5"`))
	f.Add(byte(4), []byte(`{"t":"1709245801.250","ip":"192.0.2.1","r":"GET /\u00e9\" HTTP/1.1","s":200,"ua":"\ud83d","ref":"","rt":0.1}`))
	var all []*Extractor
	for _, text := range formats {
		x := mustExtractor(f, "fuzz.example", text, "0.0.0.0/0", "::/0")
		x.Begin(LineHash{})
		all = append(all, x)
	}
	f.Fuzz(func(t *testing.T, which byte, line []byte) {
		var p event.Posted
		x := all[int(which)%len(all)]
		if at, reason := x.Event(RawLine{Bytes: line, Whole: true}, &p); reason == "" && at.Year() < 2100 {
			checkPosted(t, p)
		}
	})
}

func oddLines(t testing.TB) (lines [][]byte) {
	t.Helper()
	odd, err := os.ReadFile("testdata/odd.log")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(odd)) {
		lines = append(lines, []byte(strings.TrimSuffix(line, "\n")))
	}
	return append(lines,
		[]byte(`{"ts":1709245801.25,"request":{"client_ip":"192.0.2.1","method":"GET","host":"a.b","uri":"/x","headers":{"User-Agent":["x"]}},"status":200}`),
		[]byte(`{"time_iso8601":"2024-02-29T22:30:01+00:00","remote_addr":"192.0.2.1","request":"GET /\u00e9 HTTP/1.1","status":"200","host":"a..b"}`))
}
