package browser

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
)

// What a collector cannot take waits in the tab, outlives a reload, and is delivered once; never more
// than the last 20 events wait.
func TestRetryAfterReload(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.door.refuse(http.StatusServiceUnavailable)
	b := c.open(t, s.page("/a"))
	b.click()
	s.views(t, 1)
	waiting := func() int { return int(b.js("JSON.parse(sessionStorage.footfall || '[]').length").(float64)) }
	until(t, "the refused view to wait", func() bool { return waiting() == 1 })
	b.js("for (let i = 0; i < 25; i++) footfall('try', {i})")
	until(t, "refused events", func() bool { return len(s.door.of("custom")) == 25 && waiting() == 20 })
	b.js("location.reload()")
	s.views(t, 2)
	s.door.refuse(0)
	b.js("footfall('now')")
	until(t, "what waited to be delivered", func() bool { return waiting() == 0 && len(s.door.accepted()) >= 21 })
	last := s.door.of("pageview")
	b.close()
	s.engaged(t, last[1].ViewID, 1)
	s.stored(t)

	s.expect(t, "SELECT name, count(), uniqExact(event_id) FROM events WHERE $ AND kind = 'custom' GROUP BY name ORDER BY name", "now\t1\t1", "try\t19\t19")
	s.expect(t, "SELECT countIf(age_ms > 0) > 15 FROM events WHERE $ AND name = 'try'", "1")
	s.expect(t, "SELECT accesses FROM daily_site WHERE $", "1")
}

// Offline, nothing is lost that fits: what happened is delivered with its age when the line is back.
func TestOfflineThenOnline(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.open(t, s.page("/a"))
	b.click()
	s.views(t, 1)
	line := func(off bool) { // the browser is told last, as it finds out last
		call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
			{Offline: off, DownloadThroughput: -1, UploadThroughput: -1},
		}})
		call(b, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
	}
	line(true)
	b.js("history.pushState({}, '', '/b')")
	until(t, "the end of the first view to wait", func() bool { return b.js("sessionStorage.footfall || ''") != "" })
	b.js("footfall('read', {offline: true})")
	c.blank(t) // hidden, it reports again
	until(t, "four events to wait", func() bool { return b.js("JSON.parse(sessionStorage.footfall).length") == 4.0 })
	if n := len(s.door.all()); n != 1 {
		t.Errorf("%d events came through a line that is down", n)
	}
	line(false)
	views := s.views(t, 2)
	s.engaged(t, views[1].ViewID, 1)
	b.close()
	s.stored(t)
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $ ORDER BY path", "/a\t1\t1", "/b\t1\t1")
	s.expect(t, "SELECT name, props FROM events WHERE $ AND kind = 'custom'", "read\t{'offline':'true'}")
}

// While no answer comes the site works, and pages that are left meanwhile lose nothing.
func TestSlowNetwork(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	release := s.door.holdBack(t)
	b := c.open(t, s.page("/a")) // waits for the load event
	b.click()
	s.views(t, 1)
	for i, path := range []string{"/b", "/c"} {
		b.js("location.href = '" + path + "'")
		s.views(t, i+2)
		b.click()
	}
	last := s.door.of("pageview")[2]
	b.close()
	s.engaged(t, last.ViewID, 1)
	release()
	s.stored(t)
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $ ORDER BY path", "/a\t1\t1", "/b\t1\t1", "/c\t1\t1")
	s.expect(t, "SELECT count() = uniqExact(event_id) FROM events WHERE $", "1")
}

// A page that is closed at once counts, if it was seen at all: its view is not yet sent then.
func TestCloseAtOnce(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.head = `<script>addEventListener('DOMContentLoaded', () => fetch('/here'))</script>` // after the tag, which is deferred
	id := c.openFront(t, s.page("/short"))
	until(t, "the script to run", func() bool { return contains(s, "/here") })
	c.close(t, id)
	view := s.views(t, 1)[0]
	s.engaged(t, view.ViewID, 1)
	s.stored(t)
	s.expect(t, "SELECT path, accesses, views_evidence, spent_ms < 10000 FROM daily_page_time WHERE $", "/short\t1\t1\t1")
}

// Where the page that goes can no longer fetch, sendBeacon carries its time.
func TestLeavingUsesSendBeacon(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.blank(t, `const present = window.fetch, Present = Image
window.fetch = (...x) => document.hidden ? Promise.reject(new Error('gone')) : present(...x)
window.Image = function () { return document.hidden ? {} : new Present }`)
	b.navigate(s.page("/a"))
	b.click()
	view := s.views(t, 1)[0]
	c.blank(t)
	s.engaged(t, view.ViewID, 1)
	s.stored(t)
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $", "/a\t1\t1")
}

// A hundred tabs: each counts once it was looked at, and all are closed.
func TestHundredTabs(t *testing.T) {
	t.Parallel()
	const tabs, looked = 100, 30
	s, c := newSite(t), newChromium(t)
	ids := make([]target.ID, 0, tabs)
	for i := range tabs {
		ids = append(ids, c.openBehind(t, s.page(fmt.Sprintf("/tab/%d", i%10))))
	}
	until(t, "all pages to be delivered", func() bool { return len(s.note("", "")) == tabs })
	for i, id := range ids[:looked] {
		c.show(t, id)
		s.views(t, i+1)
	}
	c.blank(t) // in front: where the front tab is closed, its neighbour would be seen
	for _, id := range ids {
		c.close(t, id)
	}
	for _, view := range s.views(t, looked) {
		s.engaged(t, view.ViewID, 1)
	}
	s.stored(t)
	s.expect(t, "SELECT uniqExact(view_id), countIf(kind = 'pageview') FROM events WHERE $", "30\t30")
	s.expect(t, "SELECT accesses, views_evidence, views_unknown FROM daily_site WHERE $", "30\t30\t0")
}
