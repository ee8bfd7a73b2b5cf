package browser

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// Who asks not to be counted is not, as the tag says; the pages that follow on the same site are.
func TestOptOut(t *testing.T) {
	t.Parallel()
	const gpc = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
	const dnt = "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'})"
	s, c := newSite(t), newChromium(t)
	visit := func(path, tag string, signals ...string) {
		s.tag = tag
		b := c.blank(t, signals...)
		b.js("location.href = '" + s.page(path) + "'")
		until(t, path, func() bool { return contains(s, path) })
		until(t, "the script on "+path, func() bool { return b.js("typeof footfall == 'function' && footfall.on") == 1.0 })
		b.click()
		b.js("footfall('clicked')")
		b.close()
	}
	visit("/gpc", "", gpc)
	visit("/gpc-ignored", "data-ignore-gpc", gpc)
	visit("/dnt", "", dnt)
	visit("/dnt-honoured", "data-dnt", dnt)
	visit("/private/page", `data-exclude="^[^?]*/private/"`)
	visit("/public", `data-exclude="^[^?]*/private/"`)
	for _, view := range s.views(t, 3) {
		s.engaged(t, view.ViewID, 1)
	}
	s.stored(t)
	s.expect(t, "SELECT DISTINCT path FROM events WHERE $ ORDER BY path", "/dnt", "/gpc-ignored", "/public")
	s.expect(t, "SELECT path, accesses FROM daily_page_time WHERE $ ORDER BY path", "/dnt\t1", "/gpc-ignored\t1", "/public\t1")
}

// Under a policy that allows the collector and nothing else, the pinned script with its integrity works.
func TestStrictPolicy(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	out, err := product.command(t, "snippet", "--site", s.key, "--collector-url", s.door.URL, "--pinned")
	if err != nil {
		t.Fatal(err, out)
	}
	pinned := regexp.MustCompile(`src="([^"]+)" (integrity="[^"]+" crossorigin="anonymous")`).FindStringSubmatch(out)
	if pinned == nil {
		t.Fatalf("no pinned tag in\n%s", out)
	}
	s.src, s.tag = pinned[1], pinned[2]
	d := s.door.URL
	s.policy = "default-src 'none'; style-src 'unsafe-inline'; script-src " + d + "; connect-src " + d + "; img-src " + d + "; report-uri /violated"
	b := c.open(t, s.page("/a"))
	b.click()
	view := s.views(t, 1)[0]
	b.close()
	s.engaged(t, view.ViewID, 1)
	s.stored(t)
	if contains(s, "/violated") {
		t.Error("the policy was violated")
	}
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $", "/a\t1\t1")
}

// Where a policy forbids to connect but not to load images, an image carries the event.
func TestImagesWhereConnectingIsForbidden(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.policy = "connect-src 'none'"
	b := c.open(t, s.page("/é?q=a+b"))
	view := s.views(t, 1)[0]
	b.js("footfall('signup', {plan: 'pro & more'})")
	until(t, "the custom event", func() bool { return len(s.door.of("custom")) == 1 })
	b.close()
	s.stored(t)
	if !view.image {
		t.Error("the view did not come as an image")
	}
	s.expect(t, "SELECT path, query, kind, props['plan'] FROM events WHERE $ ORDER BY event_time", "/%C3%A9\tq=a+b\tpageview\t", "/%C3%A9\tq=a+b\tcustom\tpro & more")
	s.expect(t, "SELECT accesses, views_unknown FROM daily_site WHERE $", "1\t1")
}

// Without JavaScript the image of the noscript element counts the view.
func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.blank(t)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.navigate(s.page("/plain"))
	query := "SELECT count() FROM events WHERE witness = 'pixel' AND site = '" + s.key + "'"
	until(t, "the image's view", func() bool { return product.ask(t, query) == "1" })
	b.close()
	s.stored(t)
	s.expect(t, "SELECT path, accesses, views_unknown FROM daily_page_time WHERE $", "/plain\t1\t1")
}

// Whatever a page and its browser forbid or break, the page sees no error of the script, and finds
// nothing of it but its one function.
func TestPageIsLeftAlone(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.head = `<script>window.errors = []; addEventListener('error', e => errors.push(e.message)); addEventListener('unhandledrejection', e => errors.push(String(e.reason)))
window.before = Object.keys(window)</script>`
	f := func(name, tag, planted string) {
		t.Helper()
		s.tag = tag
		b := c.blank(t, planted)
		b.navigate(s.page("/" + name))
		b.click()
		b.js("const loop = {}; loop.loop = loop; footfall('bad', loop); footfall(); history.pushState({}, '', '/" + name + "/2')")
		b.js("dispatchEvent(new Event('pagehide')); dispatchEvent(new Event('online')); new Promise(done => setTimeout(done, 600))")
		if got := b.js("errors.join()"); got != "" {
			t.Errorf("%s: the page sees %s", name, got)
		}
		if got := b.js("Object.keys(window).filter(k => !before.includes(k) && k != 'before' && k != 'errors').join()"); got != "footfall" {
			t.Errorf("%s: the page finds %s", name, got)
		}
		if got := b.js("document.cookie + Object.keys(localStorage) + Object.keys(navigator)"); got != "" {
			t.Errorf("%s: stored %s", name, got)
		}
		b.close()
	}
	f("calm", "", "")
	f("no-storage", "", "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('denied') }})")
	f("no-fetch", "", "window.fetch = () => { throw new Error('broken') }; Navigator.prototype.sendBeacon = undefined")
	f("no-crypto", "", "crypto.getRandomValues = () => { throw new Error('broken') }")
	f("bad-exclude", `data-exclude="("`, "")
	f("no-timing", "", "performance.getEntriesByType = () => []")
	s.door.refuse(http.StatusServiceUnavailable)
	f("refused", "", "Storage.prototype.setItem = () => { throw new Error('full') }")
	s.door.refuse(0)
	s.stored(t)
	// What does not need the broken part is counted all the same.
	got := strings.Split(product.ask(t, "SELECT path FROM daily_page_time WHERE site = '"+s.key+"' AND path NOT LIKE '%/2' ORDER BY path"), "\n")
	if want := "/calm /no-storage /no-timing"; strings.Join(got, " ") != want {
		t.Errorf("counted %v, want %s", got, want)
	}
}

// Two tags count once, and calls from before the script are kept, whether the stub was used or not.
func TestCustomEvents(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	stub := `<script>window.footfall = window.footfall || function () { (footfall.q = footfall.q || []).push(arguments) }</script>`
	s.head = stub + `<script>if (location.pathname == '/early') footfall('early', {n: 1, ok: true, plan: 'pro'})</script>
<script defer src="` + s.src + `" data-site="` + s.key + `"></script>`
	for i, path := range []string{"/early", "/unused"} {
		b := c.open(t, s.page(path))
		b.js("footfall('late')")
		view := s.views(t, i+1)[i]
		b.close()
		s.engaged(t, view.ViewID, 1)
	}
	s.stored(t)
	s.expect(t, "SELECT path, name, mapSort(props) FROM events WHERE $ AND kind = 'custom' ORDER BY path, name",
		"/early\tearly\t{'n':'1','ok':'true','plan':'pro'}", "/early\tlate\t{}", "/unused\tlate\t{}")
	s.expect(t, "SELECT path, accesses FROM daily_page_time WHERE $ ORDER BY path", "/early\t1", "/unused\t1")
}

// The operator's own path to the collector, on the site's own address.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	other := openDoor(t)
	s.tag = `data-endpoint="` + other.URL + `/v1/events"`
	b := c.open(t, s.page("/a"))
	until(t, "the view at the other endpoint", func() bool { return len(other.of("pageview")) == 1 })
	b.close()
	until(t, "its time", func() bool { return len(other.of("engagement")) > 0 })
	if n := len(s.door.all()); n > 0 {
		t.Errorf("%d events went to the script's own address", n)
	}
	s.door = other
	s.stored(t)
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $", "/a\t1\t1")
}

// In manual mode a view is what the page says.
func TestManual(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	s.tag = "data-manual"
	s.head = `<script>window.footfall = function () { (footfall.q = footfall.q || []).push(arguments) }; footfall('pageview', {url: '/virtual/1'})</script>`
	b := c.open(t, s.page("/app"))
	s.views(t, 1)
	b.js("history.pushState({}, '', '/elsewhere'); footfall('pageview')")
	view := s.views(t, 2)[1]
	b.close()
	s.engaged(t, view.ViewID, 1)
	s.stored(t)
	s.expect(t, "SELECT path, accesses, views_evidence FROM daily_page_time WHERE $ ORDER BY path", "/elsewhere\t1\t1", "/virtual/1\t1\t1")
}
