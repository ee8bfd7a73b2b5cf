package browser

import (
	"fmt"
	"testing"
)

// largest is what the script may take on the wire, by brotli.
const largest = 1200

// What the script costs a page: bytes, which are bounded, and time, which is only told.
func TestCost(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.blank(t, "window.long = []; new PerformanceObserver(l => long.push(...l.getEntries().map(e => e.duration))).observe({type: 'longtask', buffered: true})")
	b.navigate(s.page("/a"))
	s.views(t, 1)
	script := "performance.getEntriesByName('" + s.src + "')[0]"
	if size := b.js(script + ".encodedBodySize").(float64); size > largest || size < 500 {
		t.Errorf("the script takes %v bytes, want at most %d", size, largest)
	}
	t.Log("bytes of the script on the wire and unpacked:", b.js(`(e => [e.encodedBodySize, e.decodedBodySize].join(' '))(`+script+`)`))
	t.Log("long tasks of a page with the script, ms:", b.js("long.join(' ') || 'none'"))
	const moves = 20000
	for _, kind := range []string{"pointermove", "nothing"} {
		t.Logf("an event %s costs %.2f µs", kind, b.js(fmt.Sprintf(`(() => { const e = new Event('%s'), start = performance.now()
for (let i = 0; i < %d; i++) document.body.dispatchEvent(e)
return (performance.now() - start) * 1000 / %[2]d })()`, kind, moves)))
	}
	if n := b.js("performance.getEntriesByType('resource').length").(float64); n > 2 {
		t.Errorf("%v requests were made, want the script and one event", n)
	}
	view := s.views(t, 1)[0]
	b.close()
	s.engaged(t, view.ViewID, 1)
	s.stored(t)
	s.expect(t, "SELECT count() FROM events WHERE $", "2")
	s.expect(t, "SELECT accesses FROM daily_site WHERE $", "1")
}
