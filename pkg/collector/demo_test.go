package collector_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/beacon"
	"github.com/footfall-analytics/footfall/pkg/event"
)

func get(path string, header ...string) call {
	return call{method: http.MethodGet, path: path, header: header}
}

// Every page of the demo is complete, and every link on it leads somewhere.
func TestDemoPages(t *testing.T) {
	d := open(t, config())
	seen, queue := map[string]bool{}, []string{"/demo"}
	for len(queue) > 0 {
		path, _, _ := strings.Cut(queue[0], "?")
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		resp, body := d.do(t, get(path))
		wantStatus(t, resp, path, http.StatusOK)
		if path == "/beacon.js" {
			continue
		}
		h := resp.Header
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: headers %v", path, h)
		}
		if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			continue
		}
		for _, want := range []string{`<script defer src="/beacon.js" data-site="demo"></script>`, `<noscript><img src="/v1/pixel.gif?site=demo"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
		if found := regexp.MustCompile(`<style|style="|<script>| on\w+="|https?://`).FindString(body); found != "" {
			t.Errorf("%s holds %q, which its policy forbids", path, found)
		}
		for _, m := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(body, -1) {
			if !strings.HasPrefix(m[1], "/v1/pixel.gif") {
				queue = append(queue, m[1])
			}
		}
	}
	if len(seen) < 7 {
		t.Errorf("only %d pages and files were found: %v", len(seen), seen)
	}
}

func TestDemoServesNothingElse(t *testing.T) {
	d := open(t, config())
	for _, path := range []string{"/demo/nothing", "/demo/a/reading", "/demo/../collector.go", "/demo/%2e%2e/collector.go", "/demo/index.html/x", "/demo/.html"} {
		if resp, body := d.do(t, get(path)); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d: %.80s", path, resp.StatusCode, body)
		}
	}
	cfg := config()
	cfg.Demo = false
	if resp, _ := open(t, cfg).do(t, get("/demo")); resp.StatusCode != http.StatusNotFound {
		t.Errorf("turned off, it answers %d", resp.StatusCode)
	}
}

func TestBeaconIsServed(t *testing.T) {
	d := open(t, config())
	resp, body := d.do(t, get("/beacon.js"))
	h := resp.Header
	if resp.StatusCode != http.StatusOK || body != beacon.Script() || h.Get("ETag") == "" ||
		h.Get("Content-Type") != "text/javascript; charset=utf-8" || h.Get("Cache-Control") != "public, max-age=3600" ||
		h.Get("Access-Control-Allow-Origin") != "*" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("status %d, headers %v", resp.StatusCode, h)
	}
	if resp, body := d.do(t, get("/beacon.js", "If-None-Match", h.Get("ETag"))); resp.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("again: status %d, %d bytes", resp.StatusCode, len(body))
	}
	if resp, body := d.do(t, call{method: http.MethodHead, path: "/beacon.js"}); resp.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: status %d, %d bytes", resp.StatusCode, len(body))
	}
}

func TestPixelEvents(t *testing.T) {
	d := open(t, config())
	f := func(c call, host, path, referrer string) {
		t.Helper()
		resp, _ := d.do(t, c)
		wantStatus(t, resp, resp.Header.Get("X-Footfall-Error"), http.StatusOK)
		all := d.published.all()
		e := all[len(all)-1]
		if e.Witness != event.Pixel || e.Kind != event.Pageview || e.Host != host || e.Path != path || e.Referrer != referrer {
			t.Errorf("%s: %+v", c.path, e)
		}
	}
	f(get("/v1/pixel.gif?site=demo&url=https://a.example/p&title=T&referrer=https://b.example/"), "a.example", "/p", "https://b.example/")
	f(get("/v1/pixel.gif?site=demo", "Referer", "https://c.example/q"), "c.example", "/q", "")
	f(get("/v1/pixel.gif?site=demo&url=/r", "Referer", "https://c.example/q"), "", "/r", "")
	f(get("/v1/pixel.gif?url=https%3A%2F%2Fshop.example%2F&site=shop"), "shop.example", "/", "")
	for path, header := range map[string]string{
		"/v1/pixel.gif?site=demo&url=/gpc": "Sec-GPC", "/v1/pixel.gif?site=demo&url=/dnt&dnt": "DNT",
	} {
		before := len(d.published.all())
		if resp, body := d.do(t, get(path, header, "1")); resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, "GIF89a") || len(d.published.all()) != before {
			t.Errorf("%s with %s: %d, %d events", path, header, resp.StatusCode, len(d.published.all())-before)
		}
	}
	f(get("/v1/pixel.gif?site=demo&url=/dnt", "DNT", "1"), "", "/dnt", "")
	f(get("/v1/pixel.gif?site=demo&url=/gpc&ignore-gpc", "Sec-GPC", "1"), "", "/gpc", "")
	f(get("/v1/pixel.gif?site=demo&url=/rid&request_id=6b1f"), "", "/rid", "")
	if all := d.published.all(); all[len(all)-1].RequestID != "6b1f" {
		t.Errorf("the request id is %q", all[len(all)-1].RequestID)
	}
	titles := slices.Collect(func(yield func(string) bool) {
		for _, e := range d.published.all() {
			if !yield(e.Title) {
				return
			}
		}
	})
	if !slices.Equal(titles, []string{"T", "", "", "", "", "", ""}) {
		t.Errorf("titles %q", titles)
	}
	if n := d.counter(t, "footfall_collector_events_total", "ok", "accepted"); n != 7 {
		t.Errorf("%v pixel views counted, want 7", n)
	}
}
