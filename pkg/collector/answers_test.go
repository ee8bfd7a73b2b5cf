package collector_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// shownHeaders are the headers that the golden files hold.
var shownHeaders = []string{
	"Accept-Encoding", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
	"Access-Control-Max-Age", "Allow", "Cache-Control", "Content-Type", "Cross-Origin-Resource-Policy",
	"Retry-After", "Www-Authenticate", "X-Content-Type-Options", "X-Footfall-Error",
}

// transcript writes an answer down. Retry-After is random between one and five seconds.
func transcript(resp *http.Response, body string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", resp.Status)
	for _, name := range shownHeaders {
		for _, v := range resp.Header.Values(name) {
			if name == "Retry-After" && regexp.MustCompile(`^[1-5]$`).MatchString(v) {
				v = "1…5"
			}
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "image/") {
		body = fmt.Sprintf("%q\n", body)
	}
	return b.String() + "\n" + body
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "answers", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("answer differs (-want +got):\n%s", diff)
	}
}

const (
	viewOf   = `{"site":"demo","type":"pageview","url":%q}`
	stranger = `{"site":"nobody","type":"pageview","url":"http://nobody/"}`
)

// manyRefused is more lines than an answer lists.
func manyRefused() string { return lines(150, func(int) string { return stranger }) }

func answers() map[string]call {
	cases := map[string]call{
		"accepted":               post(view),
		"accepted_json":          {method: "POST", path: "/v1/events", header: []string{"Content-Type", "application/json"}, body: view},
		"accepted_list":          post("[" + view + "," + view + "]"),
		"accepted_some":          post(`[` + stranger + `,` + view + `,{"site":"demo","type":"click","url":"/"},7]`),
		"accepted_unknown_field": post(`{"site":"demo","type":"pageview","url":"/","colour":{"deep":[1,2]}}`),
		"refused_trusted_field":  post(`{"site":"demo","type":"pageview","url":"/","address":"192.0.2.1"}`),
		"refused_unknown_site":   post(stranger),
		"refused_no_site":        post(`{"type":"pageview","url":"/"}`),
		"refused_foreign_host":   post(`{"site":"shop","type":"pageview","url":"https://evil.example/"}`),
		"refused_long_url":       post(fmt.Sprintf(viewOf, "http://demo/"+strings.Repeat("x", 3000))),
		"refused_no_view":        post(`{"site":"demo","type":"engagement","url":"/","engaged_ms":10}`),
		"refused_wrong_type":     post(`{"site":"demo","type":"pageview","url":["/"]}`),
		"refused_number_range":   post(`{"site":"demo","type":"pageview","url":"/","scroll_pct":300}`),
		"refused_not_an_object":  post(`"hello"`),
		"refused_prop_type":      post(`{"site":"demo","type":"custom","name":"a","url":"/","props":{"x":null}}`),
		"refused_control":        post(`{"site":"demo","type":"pageview","url":"/","title":"a\u0000b"}`),
		"bad_json":               post(`{"site":"demo","type":"pageview",}`),
		"bad_json_trailing":      post(view + " x"),
		"bad_json_empty":         post(""),
		"bad_json_empty_list":    post("[ ]"),
		"bad_json_depth":         post(`{"site":"demo","type":"pageview","url":"/","x":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + "}"),
		"bad_json_utf8":          post("{\"site\":\"demo\",\"title\":\"\xff\"}"),
		"too_large":              post(strings.Repeat(" ", 65<<10)),
		"too_large_chunked":      {method: "POST", path: "/v1/events", header: []string{"Content-Type", "text/plain"}, body: strings.Repeat(" ", 65<<10), chunked: true},
		"too_large_list":         post("[" + strings.Repeat(view+",", 50) + view + "]"),
		"media_type":             {method: "POST", path: "/v1/events", header: []string{"Content-Type", "application/x-www-form-urlencoded"}, body: view},
		"media_type_none":        {method: "POST", path: "/v1/events", body: view},
		"media_type_encoding":    post(zipped(view), "Content-Encoding", "gzip"),
		"method":                 {method: "GET", path: "/v1/events"},
		"method_batch":           {method: "PUT", path: "/v1/batch"},
		"not_found":              {method: "GET", path: "/v1/nothing"},
		"preflight":              {method: "OPTIONS", path: "/v1/events", header: []string{"Origin", "https://demo", "Access-Control-Request-Method", "POST"}},
	}
	for _, more := range []map[string]call{batchAnswers(), pixelAnswers()} {
		for name, c := range more {
			cases[name] = c
		}
	}
	return cases
}

func batchAnswers() map[string]call {
	return map[string]call{
		"batch_accepted":       batch(view + "\n\n" + view),
		"batch_gzip":           batch(zipped(lines(2500, func(int) string { return view })), "Content-Encoding", "gzip"),
		"batch_some":           batch(view + "\n{broken\n" + view + "\n\xff\n" + fmt.Sprintf(`{"site":"demo","type":"pageview","url":%q}`, strings.Repeat("y", 70_000))),
		"batch_future":         batch(`{"site":"demo","type":"pageview","url":"/","time":"2026-01-31T12:06:00Z"}`),
		"batch_bad_time":       batch(`{"site":"demo","type":"pageview","url":"/","time":"yesterday"}`),
		"batch_bad_address":    batch(`{"site":"demo","type":"pageview","url":"/","address":"fe80::1%eth0"}`),
		"batch_many_refused":   batch(manyRefused()),
		"batch_empty":          batch("\n \n"),
		"batch_too_many":       batch(lines(10_001, func(int) string { return "{}" })),
		"batch_bomb":           batch(zipped(strings.Repeat("\x00", 64<<20)), "Content-Encoding", "gzip"),
		"batch_too_large":      {method: "POST", path: "/v1/batch", header: batch("").header, body: strings.Repeat(" ", 16<<20+1), chunked: true},
		"batch_not_gzip":       batch(view, "Content-Encoding", "gzip"),
		"batch_cut_gzip":       batch(zipped(lines(50, func(i int) string { return fmt.Sprintf(viewOf, fmt.Sprint("/", i)) }))[:100], "Content-Encoding", "gzip"),
		"batch_other_encoding": batch(view, "Content-Encoding", "br"),
		"batch_no_token":       {method: "POST", path: "/v1/batch", body: view},
		"batch_wrong_token":    {method: "POST", path: "/v1/batch", body: view, header: []string{"Authorization", "Bearer wrong"}},
		"batch_basic":          {method: "POST", path: "/v1/batch", body: view, header: []string{"Authorization", "Basic " + token}},
	}
}

func pixelAnswers() map[string]call {
	return map[string]call{
		"pixel":         {method: "GET", path: "/v1/pixel.gif?site=demo&url=https%3A%2F%2Fdemo%2Fp"},
		"pixel_refused": {method: "GET", path: "/v1/pixel.gif?site=nob%C3%B6dy&url=%2F"},
		"pixel_no_page": {method: "GET", path: "/v1/pixel.gif?site=demo"},
	}
}

func TestAnswers(t *testing.T) {
	d := open(t, config())
	names := map[string]bool{}
	for name, c := range answers() {
		names[name+".txt"] = true
		t.Run(name, func(t *testing.T) {
			golden(t, name, transcript(d.do(t, c)))
		})
	}
	for name, c := range unavailableAnswers() {
		names[name+".txt"] = true
		t.Run(name, func(t *testing.T) {
			d := open(t, config())
			d.published.capacity = 1500
			golden(t, name, transcript(d.do(t, c)))
		})
	}
	for _, name := range []string{"rate_site_some", "rate_site", "rate_address", "too_slow", "bad_body_cut"} {
		names[name+".txt"] = true // limits_test.go
	}
	files, err := os.ReadDir(filepath.Join("testdata", "answers"))
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(files, func(f os.DirEntry) bool { return !names[f.Name()] }); i >= 0 {
		t.Errorf("golden file %s belongs to no case", files[i].Name())
	}
}

// unavailableAnswers meet a publisher that takes 1,500 events and then fails.
func unavailableAnswers() map[string]call {
	return map[string]call{
		"unavailable_batch": batch(stranger + "\n" + lines(2000, func(int) string { return view })),
	}
}

func TestPublisherFails(t *testing.T) {
	f := func(name string, c call) {
		t.Helper()
		d := open(t, config())
		d.published.capacity = 0
		resp, body := d.do(t, c)
		if resp.StatusCode != http.StatusServiceUnavailable || !regexp.MustCompile(`^[1-5]$`).MatchString(resp.Header.Get("Retry-After")) {
			t.Errorf("%s: status %d, Retry-After %q: %s", name, resp.StatusCode, resp.Header.Get("Retry-After"), body)
		}
		if n := d.counter(t, "footfall_collector_events_total", "unavailable", "failed"); n != 1 {
			t.Errorf("%s: %v events counted as failed", name, n)
		}
		if got := strings.Count(d.log.String(), "publish events"); got != 1 {
			t.Errorf("%s: logged %d times: %s", name, got, d.log.String())
		}
	}
	f("events", post(view))
	f("batch", batch(view))
	f("pixel", call{method: "GET", path: "/v1/pixel.gif?site=demo&url=/"})
}
