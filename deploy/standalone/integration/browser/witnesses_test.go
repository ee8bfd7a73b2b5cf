package browser

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/webserver"
)

// TestTwoWitnesses: what a browser sends and what a real nginx logs of a visit is each view once: seen by
// both, by the log alone where the script is forbidden, and by the script alone where the browser's cache
// delivers the page.
func TestTwoWitnesses(t *testing.T) {
	t.Parallel()
	key := fmt.Sprintf("witnesses-%d", sites.Add(1))
	const page = ` default_type text/html; add_header Server-Timing 'rid;desc="$request_id"'; return 200 "<!doctype html><title>$uri</title><body>A page.</body>"; }`
	n := webserver.New(t, webserver.Shipped(t, "footfall-http.conf"), webserver.Shipped(t, "footfall-server.conf",
		"/var/log/nginx/footfall.log", "footfall.log", "SITE", key, "127.0.0.1:8081", product.Addrs["COLLECTOR_ADDR"])+`
		location / { add_header Cache-Control no-cache;`+page+`
		location /blocked { add_header Content-Security-Policy "script-src 'none'";`+page+`
		location /cached { add_header Cache-Control max-age=600;`+page)
	n.Start(t)
	beacon := func(views int) {
		t.Helper()
		until(t, fmt.Sprintf("%d views of the beacon", views), func() bool {
			return product.ask(t, "SELECT uniqExact(view_id) FROM events WHERE kind = 'pageview' AND witness = 'beacon' AND site = '"+key+"'") == fmt.Sprint(views)
		})
	}
	origin, c := "http://"+n.Addr, newChromium(t)
	tab := c.open(t, origin+"/both")
	tab.click()
	beacon(1)
	tab.navigate(origin + "/blocked")
	tab.click()
	tab.navigate(origin + "/cached")
	tab.click()
	beacon(2)
	tab.navigate(origin + "/both?again")
	tab.click()
	beacon(3)
	tab.js("location.href = '/cached'")
	beacon(4)
	tab.close()
	out, err := product.command(t, "shipper", "import", "--site", key, "--collector-url", product.Collector(),
		"--token-file", product.TokenFile(), filepath.Join(n.Dir, "footfall.log"))
	if err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
	until(t, "the views of the log", func() bool {
		return product.ask(t, "SELECT count() FROM events WHERE witness = 'log' AND site = '"+key+"'") == "4"
	})
	if out, err := product.command(t, "rollup", "run", "--day", "today"); err != nil {
		t.Fatalf("rollup run: %v\n%s", err, out)
	}
	for query, want := range map[string][]string{
		"SELECT path, query, evidence FROM page_views WHERE site = '$' ORDER BY path, query, evidence": {
			"/blocked\t\tlog_only", "/both\t\tboth", "/both\tagain\tboth", "/cached\t\tbeacon_only", "/cached\t\tboth",
		},
		"SELECT accesses, sessions, views_both, views_beacon_only, views_log_only FROM daily_site WHERE site = '$'": {"5\t1\t3\t1\t1"},
		"SELECT path, accesses FROM daily_page_time WHERE site = '$' ORDER BY path":                                 {"/blocked\t1", "/both\t2", "/cached\t2"},
	} {
		if got := product.ask(t, strings.ReplaceAll(query, "$", key)); got != strings.Join(want, "\n") {
			t.Errorf("%s\n got %q\nwant %q", query, got, strings.Join(want, "\n"))
		}
	}
}
