package browser

import (
	"fmt"
	"testing"
)

// A visit of three pages: each counts once, with its time, the last one too, which is closed.
func TestPages(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.open(t, s.page("/a?utm_source=news"))
	b.click()
	b.wheel(1200)
	first := s.views(t, 1)[0]
	b.js("location.href = '/b#part'")
	s.views(t, 2)
	b.js("location.href = '/c'")
	last := s.views(t, 3)[2]
	b.click()
	b.close()
	s.engaged(t, last.ViewID, 1)
	s.stored(t)

	if e := s.engaged(t, first.ViewID, 1); e.ScrollPct < 30 || e.ScrollPct > 90 || first.ScrollPct > e.ScrollPct {
		t.Errorf("of the first page %d %% were seen, and %d %% at first", e.ScrollPct, first.ScrollPct)
	}
	views := s.door.of("pageview")
	if len(views[0].ViewID) != 32 || views[0].ViewID >= views[1].ViewID || views[1].ViewID >= views[2].ViewID {
		t.Errorf("view ids do not grow with time: %s, %s, %s", views[0].ViewID, views[1].ViewID, views[2].ViewID)
	}
	ids := map[string]string{}
	for _, r := range s.note("", "") {
		ids[r.path] = r.id
	}
	s.expect(t, "SELECT path, query, title, referrer, utm_source, request_id, age_ms < 5000 FROM events WHERE $ AND kind = 'pageview' ORDER BY path",
		"/a\tutm_source=news\tpage /a\t\tnews\t"+ids["/a"]+"\t1",
		"/b\t\tpage /b\t"+s.page("/a?utm_source=news")+"\t\t"+ids["/b"]+"\t1",
		"/c\t\tpage /c\t"+s.page("/b")+"\t\t"+ids["/c"]+"\t1")
	s.expect(t, "SELECT path, accesses, views_evidence, entries, exits, spent_ms = engaged_ms FROM daily_page_time WHERE $ ORDER BY path",
		"/a\t1\t1\t1\t0\t1", "/b\t1\t1\t0\t0\t1", "/c\t1\t1\t0\t1\t1")
	s.expect(t, "SELECT accesses, sessions, visitors, is_bot FROM daily_ip_access WHERE $", "3\t1\t1\tfalse")
}

// The address changes without a load: each new one is a view, the same one again and a mere jump are none.
func TestHistory(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.open(t, s.page("/app"))
	b.click()
	s.views(t, 1)
	b.js("history.pushState({}, '', '/app/list'); setTimeout(() => document.title = 'The list', 20)")
	s.views(t, 2)
	b.js("history.replaceState({}, '', '/app/list'); location.hash = 'section'; history.pushState({}, '', '/app/one')")
	s.views(t, 3)
	b.js("history.go(-2)") // to /app/list, past the jump
	s.views(t, 4)
	last := s.views(t, 4)[3]
	b.close()
	s.engaged(t, last.ViewID, 1)
	s.stored(t)

	s.expect(t, "SELECT path, title, referrer, request_id != '' FROM events WHERE $ AND kind = 'pageview' ORDER BY event_time",
		"/app\tpage /app\t\t1",
		"/app/list\tThe list\t"+s.page("/app")+"\t0",
		"/app/one\tThe list\t"+s.page("/app/list")+"\t0",
		"/app/list\tThe list\t"+s.page("/app/one")+"\t0")
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $ ORDER BY path", "/app\t1\t1", "/app/list\t2\t2", "/app/one\t1\t1")
	s.expect(t, "SELECT sessions, views_unknown FROM daily_site WHERE $", "1\t0")
}

// With data-hash, hash routes are pages.
func TestHashRoutes(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.tag = "data-hash"
	b := c.open(t, s.page("/#/inbox"))
	s.views(t, 1)
	b.js("location.hash = '#/mail/7'")
	s.views(t, 2)
	b.js("history.back()")
	s.views(t, 3)
	b.close()
	s.stored(t)
	s.expect(t, "SELECT path, accesses FROM daily_page_time WHERE $ ORDER BY path", "/#/inbox\t2", "/#/mail/7\t1")
}

// A page that comes back from the browser's cache of whole pages is a new view, without the request id of
// the first one.
func TestBackForwardCache(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.open(t, s.page("/a"))
	b.click()
	b.js("window.mark = 1")
	s.views(t, 1)
	b.js("location.href = '/b'")
	s.views(t, 2)
	b.js("history.back()")
	views := s.views(t, 3)
	if b.js("window.mark") == nil {
		t.Fatal("the page was loaded anew: it did not come from the cache")
	}
	b.close()
	s.engaged(t, views[2].ViewID, 1)
	s.stored(t)

	if views[0].ViewID == views[2].ViewID {
		t.Error("the page that came back is the same view")
	}
	s.expect(t, "SELECT path, request_id != '' FROM events WHERE $ AND kind = 'pageview' ORDER BY event_time", "/a\t1", "/b\t1", "/a\t0")
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $ ORDER BY path", "/a\t2\t2", "/b\t1\t1")
}

// A page out of the HTTP cache brought no request to the web server: its request id is somebody else's.
func TestCachedPageHasNoRequestID(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.cached, s.head = true, `<script>addEventListener('unload', () => {})</script>` // keeps it out of the other cache
	b := c.open(t, s.page("/a"))
	s.views(t, 1)
	b.js("location.href = '/b'")
	s.views(t, 2)
	b.js("location.href = '/a'")
	s.views(t, 3)
	if n := len(s.note("", "")); n != 2 {
		t.Fatalf("%d requests came to the site, want 2", n)
	}
	b.close()
	s.stored(t)
	s.expect(t, "SELECT path, request_id != '' FROM events WHERE $ AND kind = 'pageview' ORDER BY event_time", "/a\t1", "/b\t1", "/a\t0")
	s.expect(t, "SELECT accesses FROM daily_site WHERE $", "3")
}

// A tab in the background counts from when it is looked at.
func TestHiddenTab(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	seen := c.open(t, s.page("/seen"))
	s.views(t, 1)
	never, later := c.openBehind(t, s.page("/never")), c.openBehind(t, s.page("/later"))
	until(t, "all pages to be delivered", func() bool { return len(s.note("", "")) == 3 })
	seen.js("location.href = '/next'") // its view is after the time in which the others would have been counted
	s.views(t, 2)
	c.show(t, later)
	view := s.views(t, 3)[2]
	seen.show()
	s.engaged(t, view.ViewID, 1) // sent when it was hidden again
	c.close(t, later)
	c.close(t, never)
	seen.close()
	s.stored(t)
	s.expect(t, "SELECT path, accesses FROM daily_page_time WHERE $ ORDER BY path", "/later\t1", "/next\t1", "/seen\t1")
	s.expect(t, "SELECT accesses, sessions FROM daily_site WHERE $", "3\t1")
}

// A prerendered page counts from when it is shown, with the request id of its load; one that never is
// does not count. No tool may be attached to a tab that prerenders, so the page's own script moves on.
func TestPrerender(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.head = `<script type="speculationrules">{"prerender": [{"source": "list", "urls": ["/chosen", "/other"], "eagerness": "immediate"}]}</script>
<script>if (location.pathname == '/from') fetch('/wait/go').then(() => location.href = '/chosen');
if (document.prerendering) { fetch('/prerendered' + location.pathname);
  document.addEventListener('prerenderingchange', () => fetch('/activated' + location.pathname)) }</script>`
	paths := func() string { return fmt.Sprint(s.note("", "")) }
	id := c.openFront(t, s.page("/from"))
	s.views(t, 1)
	for _, path := range []string{"/prerendered/chosen", "/prerendered/other"} {
		until(t, path, func() bool { return contains(s, path) })
	}
	if n := len(s.door.of("pageview")); n != 1 {
		t.Errorf("%d views before the prerendered pages were shown", n)
	}
	close(s.gate("go"))
	view := s.views(t, 2)[1]
	until(t, "the activation among "+paths(), func() bool { return contains(s, "/activated/chosen") })
	c.close(t, id)
	s.engaged(t, view.ViewID, 1)
	s.stored(t)
	s.expect(t, "SELECT path, request_id != '' FROM events WHERE $ AND kind = 'pageview' ORDER BY event_time", "/from\t1", "/chosen\t1")
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $ ORDER BY path", "/chosen\t1\t1", "/from\t1\t1")
}

// contains reports whether a path of the site has been asked for.
func contains(s *site, path string) bool {
	for _, r := range s.note("", "") {
		if r.path == path {
			return true
		}
	}
	return false
}
