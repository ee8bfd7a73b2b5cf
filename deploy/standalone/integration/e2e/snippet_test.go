package e2e

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/webserver"
)

// TestSnippet: the snippets of deploy/nginx put tag and image into a page, name its request in the
// answer and in both logs, and keep server tokens out.
func TestSnippet(t *testing.T) {
	s := newSite(t)
	s.start(t)
	collector := s.Addrs["COLLECTOR_ADDR"]
	n := webserver.New(t, webserver.Shipped(t, "footfall-http.conf"), webserver.Shipped(t, "footfall-server.conf",
		"/var/log/nginx/footfall.log footfall;", "plain.log footfall; access_log json.log footfall_json;", "SITE", "shop", "127.0.0.1:8081", collector)+`
		location / { default_type text/html; return 200 "<body>caf\xc3\xa9</body>"; }
		location /data { default_type application/json; return 200 "{}"; }`)
	n.Start(t)
	page, err := http.Get("http://" + n.Addr + "/a%20b?x=%22y%22")
	if err != nil {
		t.Fatal(err)
	}
	code, body := answer(t, page)
	for _, want := range []string{`<script defer src="/beacon.js" data-site="shop"></script>`, `<noscript><img src="/v1/pixel.gif?site=shop&amp;request_id=`} {
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%d %s, want %s in it", code, body, want)
		}
	}
	rid := regexp.MustCompile(`^rid;desc="([0-9a-f]{32})"$`).FindStringSubmatch(page.Header.Get("Server-Timing"))
	if rid == nil {
		t.Fatalf("Server-Timing is %q", page.Header.Get("Server-Timing"))
	}
	for path, want := range map[string]int{"/data": 200, "/beacon.js": 200, "/v1/batch": 404} {
		if code, _ := s.fetchFrom(t, n.Addr, path); code != want {
			t.Errorf("%s: %d, want %d", path, code, want)
		}
	}
	const columns = "SELECT site, host, path, query, request_id, status, content_type FROM events WHERE site = "
	for name, want := range map[string]string{
		"plain": "plain\t\t/a%20b\tx=%22y%22\t" + rid[1] + "\t200\t\nplain\t\t/data\t\t",
		"json":  "json\t127.0.0.1\t/a%20b\tx=%22y%22\t" + rid[1] + "\t200\ttext/html",
	} {
		s.mustCommand(t, "shipper", "import", "--site", name, "--token-file", s.TokenFile(), filepath.Join(n.Dir, name+".log"))
		s.until(t, name+" views", func() bool { return s.ask(t, columns+"'"+name+"' LIMIT 1") != "" })
		if got := s.ask(t, columns+"'"+name+"' ORDER BY path"); !strings.HasPrefix(got, want) || name == "json" && got != want {
			t.Errorf("the %s log became\n%q, want\n%q", name, got, want)
		}
	}
}

func (s *site) fetchFrom(t *testing.T, addr, path string) (int, string) {
	t.Helper()
	resp, err := http.Get("http://" + addr + path)
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, resp)
}
