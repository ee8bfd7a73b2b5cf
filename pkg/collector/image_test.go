package collector_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// An event in an image's address is judged as a posted one, and the image tells the browser whether it
// has been dealt with.
func TestEventsAsImages(t *testing.T) {
	d := open(t, config())
	f := func(posted string, status int, contentType string) {
		t.Helper()
		resp, body := d.do(t, get("/v1/events?event="+url.QueryEscape(posted)))
		if resp.StatusCode != status || resp.Header.Get("Content-Type") != contentType {
			t.Errorf("%s gets %d %s", posted, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
		if image := strings.HasPrefix(body, "GIF89a"); image != (contentType == "image/gif") {
			t.Errorf("%s gets %.40q", posted, body)
		}
	}
	f(`{"site":"demo","type":"custom","name":"a","url":"https://demo/é","age_ms":1000}`, http.StatusAccepted, "image/gif")
	f(`{"site":"nobody","type":"pageview","url":"/"}`, http.StatusBadRequest, "image/gif")
	f(`{"site":`, http.StatusBadRequest, "image/gif")
	f("", http.StatusBadRequest, "image/gif")
	d.published.capacity = 0
	f(`{"site":"demo","type":"pageview","url":"/"}`, http.StatusServiceUnavailable, "application/problem+json")

	all := d.published.all()
	if len(all) != 1 || all[0].Witness != event.Beacon || all[0].Name != "a" || all[0].Path != "/é" || !all[0].Time.Equal(all[0].Received.Add(-1e9)) {
		t.Errorf("published %+v", all)
	}
}

// What the collector sees of a client is what it would count.
func TestDoctorSeesTheAddress(t *testing.T) {
	f := func(proxy bool, forwarded, want string) {
		t.Helper()
		cfg := config()
		if proxy {
			cfg.TrustedProxies, cfg.ForwardedHeader = []string{"127.0.0.0/8"}, "X-Forwarded-For"
		}
		c := get("/v1/events?doctor")
		if forwarded != "" {
			c.header = []string{"X-Forwarded-For", forwarded}
		}
		resp, body := open(t, cfg).do(t, c)
		if resp.StatusCode != http.StatusOK || !json.Valid([]byte(body)) || strings.TrimSpace(body) != want {
			t.Errorf("forwarded %q: %d %s, want %s", forwarded, resp.StatusCode, body, want)
		}
	}
	f(false, "", `{"address":"127.0.0.1","forwarded":"none"}`)
	f(false, "192.0.2.7", `{"address":"127.0.0.1","forwarded":"ignored","header":"X-Forwarded-For"}`)
	f(true, "192.0.2.7", `{"address":"192.0.2.7","forwarded":"believed","header":"X-Forwarded-For"}`)
	f(true, "nonsense", `{"address":"127.0.0.1","forwarded":"ignored","header":"X-Forwarded-For"}`)
	f(true, "", `{"address":"127.0.0.1","forwarded":"none"}`)
}
