package browser

import "testing"

// The second engine: loads, routes, the browser's cache of whole pages, a tab behind, and the last page.
func TestFirefox(t *testing.T) {
	t.Parallel()
	s, f := newSite(t), newFirefox(t)
	tab := f.open(s.page("/a?utm_source=news"), false)
	f.click(tab)
	s.views(t, 1)
	f.js(tab, "window.mark = 'kept'; location.href = '/b'")
	s.views(t, 2)
	f.js(tab, "history.pushState({}, '', '/route'); footfall('routed', {n: 1})")
	s.views(t, 3)
	f.js(tab, "history.go(-2)")
	back := s.views(t, 4)[3]
	if f.js(tab, "window.mark") != "kept" {
		t.Error("the first page was loaded anew: it did not come from the cache")
	}
	behind := f.open(s.page("/behind"), true)
	f.show(behind)
	view := s.views(t, 5)[4]
	s.engaged(t, back.ViewID, 1) // sent when it was hidden
	f.click(behind)
	f.open("about:blank", false)
	f.close(tab)
	f.close(behind)
	s.engaged(t, view.ViewID, 1)
	s.stored(t)

	s.expect(t, "SELECT path, request_id != '', utm_source FROM events WHERE $ AND kind = 'pageview' ORDER BY event_time",
		"/a\t1\tnews", "/b\t1\t", "/route\t0\t", "/a\t0\tnews", "/behind\t1\t")
	s.expect(t, "SELECT path, name, props FROM events WHERE $ AND kind = 'custom'", "/route\trouted\t{'n':'1'}")
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $ ORDER BY path", "/a\t2\t2", "/b\t1\t1", "/behind\t1\t1", "/route\t1\t1")
}
