package browser

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// site is a website: every path is a page with the tag. Its key is the test's name and a number, so that
// a test can be repeated.
type site struct {
	key    string
	origin string // of the pages
	door   *door
	tag    string // further attributes of the tag
	src    string // address of the script
	head   string // what stands before the tag
	policy string // Content-Security-Policy
	cached bool   // pages may be cached

	mu       sync.Mutex
	requests []request
	waiting  map[string]chan struct{} // requests for /wait/NAME, until let
}

// sites counts them.
var sites atomic.Int32

// request is one page that was delivered, with the id in its Server-Timing header.
type request struct{ path, id string }

func newSite(t *testing.T) *site {
	t.Helper()
	key := fmt.Sprintf("%s-%d", strings.ToLower(t.Name()), sites.Add(1))
	s := &site{key: key, door: openDoor(t), waiting: map[string]chan struct{}{}}
	s.src = s.door.URL + "/beacon.js"
	pages := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(pages.Close)
	s.origin = pages.URL
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutPrefix(r.URL.Path, "/wait/"); ok {
		<-s.gate(name)
		return
	}
	if r.URL.Path == "/favicon.ico" {
		return
	}
	id := fmt.Sprintf("%032x", len(s.note(r.URL.Path, "")))
	s.note(r.URL.Path, id)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Server-Timing", `rid;desc="`+id+`"`)
	h.Set("Cache-Control", "no-cache")
	if s.cached {
		h.Set("Cache-Control", "max-age=600")
	}
	if s.policy != "" {
		h.Set("Content-Security-Policy", s.policy)
	}
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title>page %s</title>%s
<script defer src="%s" data-site="%s" %s></script>
<body style="height: 4000px; margin: 0"><p>A page to read.</p>
<noscript><img src="%s/v1/pixel.gif?site=%s" alt="" referrerpolicy="no-referrer-when-downgrade"></noscript>`,
		html.EscapeString(r.URL.Path), s.head, s.src, s.key, s.tag, s.door.URL, s.key)
}

// note keeps a request, or, without an id, only tells those that there were.
func (s *site) note(path, id string) []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != "" {
		s.requests = append(s.requests, request{path, id})
	}
	return s.requests
}

// gate is what requests for /wait/NAME wait for.
func (s *site) gate(name string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting[name] == nil {
		s.waiting[name] = make(chan struct{})
	}
	return s.waiting[name]
}

// page is the address of a page.
func (s *site) page(path string) string { return s.origin + path }

// views waits until so many views have been handed over, and returns their page views. A page that is
// left while it fetches may not hear of its success, and hand over an event twice.
func (s *site) views(t *testing.T, n int) (views []handed) {
	t.Helper()
	until(t, fmt.Sprintf("%d page views of %s", n, s.key), func() bool {
		known := map[string]bool{}
		views = slices.DeleteFunc(s.door.of("pageview"), func(e handed) bool {
			repeated := known[e.ViewID]
			known[e.ViewID] = true
			return repeated
		})
		return len(views) >= n
	})
	return views
}

// engaged waits until the view has reported a time, and returns its last report.
func (s *site) engaged(t *testing.T, view string, atLeast int) handed {
	t.Helper()
	var last handed
	until(t, "an engagement of view "+view, func() bool {
		n := 0
		for _, e := range s.door.of("engagement") {
			if e.ViewID == view {
				last = e
				n++
			}
		}
		return n >= atLeast
	})
	return last
}

// stored waits until every accepted event is a row, checks that nothing else is, and computes the day.
func (s *site) stored(t *testing.T) {
	t.Helper()
	until(t, "the answers of the collector", func() bool {
		for _, e := range s.door.all() {
			if e.status == 0 {
				return false
			}
		}
		return true
	})
	query := "SELECT uniqExact(event_id) FROM events WHERE witness = 'beacon' AND site = '" + s.key + "'"
	until(t, "the rows of "+s.key, func() bool { return product.ask(t, query) == fmt.Sprint(len(s.door.accepted())) })
	if out, err := product.command(t, "rollup", "run", "--day", "today"); err != nil {
		t.Fatalf("rollup run: %v\n%s", err, out)
	}
}

// expect compares a query over this site, whose key stands for $, with lines of tab-separated values.
func (s *site) expect(t *testing.T, query string, want ...string) {
	t.Helper()
	query = strings.ReplaceAll(query, "$", "site = '"+s.key+"'")
	query = strings.ReplaceAll(query, "FROM events ", "FROM (SELECT * FROM events ORDER BY event_time LIMIT 1 BY site, event_id) AS once ") // without repeats
	if got := product.ask(t, query); got != strings.Join(want, "\n") {
		t.Errorf("%s\n got %q\nwant %q", query, got, strings.Join(want, "\n"))
	}
}
