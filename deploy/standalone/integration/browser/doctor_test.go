package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// installation is how a page and what stands before the collector can be wrong.
type installation struct {
	page   string                              // what stands in the page, in which COLLECTOR is the door's address
	header map[string]string                   // headers of the page
	site   string                              // address of the page, when it is none of ours
	door   func(http.Handler) http.HandlerFunc // between the page and the collector
}

// The doctor finds each fault, says it, and fails; of a sound page it has nothing to say but good.
func TestDoctor(t *testing.T) {
	t.Parallel()
	const tag = `<script defer src="COLLECTOR/beacon.js" data-site="doctor"></script>`
	const image = `<noscript><img src="COLLECTOR/v1/pixel.gif?site=doctor"></noscript>`
	const policy = "Content-Security-Policy"
	f := func(name string, i installation, fails bool, want ...string) {
		t.Helper()
		out, err := examine(t, i)
		if (err != nil) != fails {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: the doctor does not say %q:\n%s", name, w, out)
			}
		}
	}
	timing := map[string]string{"Server-Timing": `cdn, rid;desc="1"`}
	f("sound", installation{page: tag + image, header: timing}, false, "tells its request id", `site "doctor"`, "takes views of this page", "sees this machine as 127.0.0.1")
	f("no page", installation{site: "http://127.0.0.1:1/"}, true, "cannot be loaded")
	f("no tag", installation{page: image}, true, "The tag is missing")
	f("no timing", installation{page: tag}, false, "No Server-Timing", "advice", "without JavaScript")
	f("no site", installation{page: `<script src="COLLECTOR/beacon.js" data-site></script>`}, true, "data-site of the tag is empty")
	f("module", installation{page: `<script type="module" src="COLLECTOR/beacon.js" data-site="a"></script>`}, true, `type="module"`)
	f("two tags", installation{page: tag + tag}, false, "has 2 tags")
	f("wrong path", installation{page: `<script src="COLLECTOR/bacon.js" data-site="a"></script>`}, true, "answers 404")
	f("wrong host", installation{page: `<script src="/beacon.js" data-site="a"></script>`}, true, "content type", "something else")
	f("no host", installation{page: `<script src="http://127.0.0.1:1/beacon.js" data-site="a"></script>`}, true, "cannot be loaded")
	f("integrity", installation{page: `<script src="COLLECTOR/beacon.js" integrity="sha384-AAAA" crossorigin data-site="a"></script>`}, true, "states another integrity")
	f("site key", installation{page: `<script src="COLLECTOR/beacon.js" data-site="no such site"></script>`}, true, "refuses this page's views: site")
	f("policy, script", installation{page: tag, header: map[string]string{policy: "script-src 'self' 'nonce-x'"}}, true, "forbids the script")
	f("policy, strict-dynamic", installation{page: tag, header: map[string]string{policy: "script-src 'strict-dynamic' http: 'nonce-x'"}}, true, "forbids the script")
	f("policy, endpoint", installation{page: tag, header: map[string]string{policy: "default-src 'none'; script-src http://127.0.0.1:*"}}, true, "add http://127.0.0.1:", "to connect-src")
	f("policy, meta", installation{page: `<meta http-equiv="content-security-policy" content="connect-src 'self'">` + tag}, false, "only images carry events")
	f("policy, sound", installation{page: tag + image, header: map[string]string{policy: "default-src 'self' 127.0.0.1:*"}}, false, "allows script and endpoint")
	f("blocked", installation{page: tag, door: blocks}, true, "is blocked: 403")
	f("no CORS", installation{page: tag, door: dropsCORS}, true, "lost their Access-Control-Allow-Origin")
	f("proxy", installation{page: tag, door: namesVisitor}, true, "hides the visitors' addresses", "--trusted-proxies 127.0.0.1")
}

// examine serves the page and its door, and asks the doctor.
func examine(t *testing.T, i installation) (string, error) {
	t.Helper()
	collector, err := url.Parse(product.Collector())
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(collector) }}
	handler := http.Handler(proxy)
	if i.door != nil {
		handler = i.door(proxy)
	}
	door := httptest.NewServer(handler)
	defer door.Close()
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for name, value := range i.header {
			w.Header().Set(name, value)
		}
		_, _ = w.Write([]byte("<!doctype html><title>A page</title>" + strings.ReplaceAll(i.page, "COLLECTOR", door.URL)))
	}))
	defer pages.Close()
	if i.site == "" {
		i.site = pages.URL + "/page"
	}
	return product.command(t, "doctor", i.site)
}

func blocks(collector http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		collector.ServeHTTP(w, r)
	}
}

func dropsCORS(collector http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		collector.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if name != "Access-Control-Allow-Origin" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}
}

func namesVisitor(collector http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Real-IP", "192.0.2.7")
		collector.ServeHTTP(w, r)
	}
}
