package collector_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/beacon"
)

func TestTagPage(t *testing.T) {
	cfg := config()
	cfg.Demo = false
	d := open(t, cfg)
	for _, path := range []string{"/tag/style.css", "/tag/icon.svg"} {
		if resp, body := d.do(t, get(path)); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %.80s", path, resp.StatusCode, body)
		}
	}
	resp, body := d.do(t, get("/tag"))
	wantStatus(t, resp, body, http.StatusOK)
	if strings.Contains(body, "data-site") {
		t.Errorf("without a site it shows a tag")
	}
	_, body = d.do(t, get("/tag?site=shop"))
	shown := html.UnescapeString(body)
	for _, want := range []string{
		`<script defer src="` + d.URL + `/beacon.js" data-site="shop"></script>`,
		`integrity="sha384-`, `<noscript><img src="` + d.URL + `/v1/pixel.gif?site=shop"`, "connect-src " + d.URL, "footfall.q",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	pinned := regexp.MustCompile(`src="` + regexp.QuoteMeta(d.URL) + `(/beacon\.[0-9a-f]{16}\.js)"`).FindStringSubmatch(shown)
	if pinned == nil {
		t.Fatal("the page shows no pinned address")
	}
	if resp, _ := d.do(t, get(pinned[1])); resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: status %d, headers %v", pinned[1], resp.StatusCode, resp.Header)
	}
	if _, body := d.do(t, get("/tag?site=%3Cscript%3E")); strings.Contains(body, "<script>") || !strings.Contains(body, `role="alert"`) {
		t.Errorf("a site that is none: %s", body)
	}
	if _, body := d.do(t, get("/tag?site=a", "X-Forwarded-Proto", "https")); !strings.Contains(body, "https://") {
		t.Errorf("behind TLS the tag names http")
	}
}

// Renamed paths are the ones that work, in the script, the demo and the page of the tag.
func TestRenamedPaths(t *testing.T) {
	cfg := config()
	cfg.Config = beacon.Config{BeaconPath: "/s/a.js", EventsPath: "/s/hello", PixelPath: "/s/dot.gif"}
	d := open(t, cfg)
	f := func(c call, status int, want string) {
		t.Helper()
		resp, body := d.do(t, c)
		if resp.StatusCode != status || !strings.Contains(html.UnescapeString(body), want) {
			t.Errorf("%s %s: %d, no %q in %.300s", c.method, c.path, resp.StatusCode, want, body)
		}
	}
	f(get("/s/a.js"), http.StatusOK, `new URL("hello",`)
	f(get("/demo"), http.StatusOK, `src="/s/a.js" data-site="demo"`)
	f(get("/demo/menu"), http.StatusOK, `src="/s/dot.gif?site=demo"`)
	f(get("/tag?site=a"), http.StatusOK, `/s/a.js" data-site="a"`)
	f(get("/s/dot.gif?site=demo&url=/"), http.StatusOK, "GIF89a")
	f(call{method: http.MethodPost, path: "/s/hello", header: []string{"Content-Type", "text/plain"}, body: `{"site":"demo","type":"pageview","url":"/"}`}, http.StatusAccepted, "")
	f(get("/beacon.js"), http.StatusNotFound, "")
	f(call{method: http.MethodPost, path: "/v1/events", body: "{}"}, http.StatusNotFound, "")
}
