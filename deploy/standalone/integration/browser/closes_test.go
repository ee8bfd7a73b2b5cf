package browser

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// Visits that end at any moment: what the browser handed over is counted, once, and a page that was
// seen was handed over. The pages follow a plan in their address, so that no tool is attached to them.
func TestRandomCloses(t *testing.T) {
	t.Parallel()
	t.Logf("%d visits; again with -args -visits %d -seed %d", *visits, *visits, *seed)
	s, c := newSite(t), newChromium(t)
	s.head = itinerary
	plans := make(chan string)
	done := make(chan struct{})
	random := rand.New(rand.NewPCG(*seed, 0))
	closes := make([]time.Duration, *visits)
	for i := range closes {
		closes[i] = time.Duration(random.IntN(2500)) * time.Millisecond
	}
	const windows = 4
	for range windows {
		go func() {
			defer func() { done <- struct{}{} }()
			for at := range plans {
				s.visit(t, c, at, closes)
			}
		}()
	}
	for i := range *visits {
		plans <- fmt.Sprintf("%d\t%s", i, plan(random, i))
	}
	close(plans)
	for range windows {
		<-done
	}
	until(t, "every page that was seen", func() bool { return len(s.missing()) == 0 })
	c.quit()
	s.stored(t)

	paths := map[string]map[string]bool{} // view ids by path
	for _, e := range s.door.of("pageview") {
		u, err := url.Parse(e.URL)
		if err != nil {
			t.Fatal(err)
		}
		if paths[u.Path] == nil {
			paths[u.Path] = map[string]bool{}
		}
		paths[u.Path][e.ViewID] = true
	}
	want := make([]string, 0, len(paths))
	for path, ids := range paths {
		want = append(want, fmt.Sprintf("%s\t%d", path, len(ids)))
	}
	slices.Sort(want)
	seen := len(s.seen())
	t.Logf("%d pages delivered, %d told that they were seen, %d pages and routes handed over, %d events", len(s.note("", ""))-seen, seen, len(want), len(s.door.accepted()))
	s.expect(t, "SELECT path, sum(accesses) FROM daily_page_time WHERE $ GROUP BY path ORDER BY path", want...)
}

// itinerary makes a page follow its plan, and tell the site that it was seen: after the tag has run,
// by a message of its own.
const itinerary = `<script>
addEventListener('DOMContentLoaded', () => { if (!document.hidden) navigator.sendBeacon('/seen' + location.pathname) })
const plan = JSON.parse(new URLSearchParams(location.search).get('plan') || '[]')
const next = () => {
  const step = plan.shift()
  if (step) setTimeout(() => {
    const to = step.path + '?plan=' + encodeURIComponent(JSON.stringify(plan))
    if (step.load) location.href = to
    else { history.pushState({}, '', to); next() }
  }, step.after)
}
next()
</script>`

// plan is a random walk: so long on a page, then the next one, by a load or by the History API.
func plan(random *rand.Rand, visit int) string {
	type step struct {
		Path  string `json:"path"`
		After int    `json:"after"`
		Load  bool   `json:"load"`
	}
	var steps []step
	for i := range random.IntN(4) {
		steps = append(steps, step{fmt.Sprintf("/v/%d/%d", visit, i+1), random.IntN(1200), random.IntN(2) == 0})
	}
	encoded, _ := json.Marshal(steps) // cannot fail
	return fmt.Sprintf("/v/%d/0?plan=%s", visit, url.QueryEscape(string(encoded)))
}

// visit opens a window, and closes it in the middle of things.
func (s *site) visit(t *testing.T, c *chromium, at string, closes []time.Duration) {
	number, path, _ := strings.Cut(at, "\t")
	var i int
	fmt.Sscan(number, &i)
	id := c.openWindow(t, s.page(path))
	pause(t, closes[i])
	c.close(t, id)
}

// seen are the paths of pages that told so.
func (s *site) seen() (paths []string) {
	for _, r := range s.note("", "") {
		if path, ok := strings.CutPrefix(r.path, "/seen"); ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// missing are pages that were seen and not handed over.
func (s *site) missing() []string {
	views := s.door.of("pageview")
	return slices.DeleteFunc(s.seen(), func(path string) bool {
		return slices.ContainsFunc(views, func(e handed) bool { return strings.HasPrefix(e.URL, s.page(path)+"?") || e.URL == s.page(path) })
	})
}
