package collector_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/enrich"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// TestDeviceIsDerived: whoever saw the view, its event says which browser, system and device it was.
func TestDeviceIsDerived(t *testing.T) {
	const chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
	browser := []string{"User-Agent", chrome, "Sec-Ch-Ua-Platform", `"Android"`, "Sec-Ch-Ua-Mobile", "?0"}
	f := func(what, device string, c call) {
		t.Helper()
		d := open(t, config())
		d.do(t, c)
		want := event.Enrichment{}
		if device != "" {
			want = event.Enrichment{Browser: "Chrome", OS: "Android", Device: device, Rules: enrich.Rules}
		}
		var got []event.Enrichment
		for _, e := range d.published.all() {
			got = append(got, e.Enrich)
		}
		if diff := cmp.Diff([]event.Enrichment{want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	f("beacon", "tablet", post(`{"site":"demo","type":"pageview","url":"http://demo/a"}`, browser...))
	f("pixel", "tablet", get("/v1/pixel.gif?site=demo&url=http://demo/a", browser...))
	f("log", "phone", batch(`{"site":"demo","type":"pageview","url":"http://demo/a","witness":"log","user_agent":"`+chrome+`"}`))
	f("server", "", batch(`{"site":"demo","type":"pageview","url":"http://demo/a"}`, browser...))
}
