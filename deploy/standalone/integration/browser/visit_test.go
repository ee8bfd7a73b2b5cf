package browser

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// idleAfter is how long after the last input somebody still reads, as definitions.md says.
const idleAfter = time.Minute

// moment is when something happened: between two readings of the clock.
type moment struct{ from, to time.Time }

func during(f func()) (m moment) {
	m.from = time.Now()
	f()
	m.to = time.Now()
	return m
}

// truth is a known time: at least and at most.
type truth struct{ least, most time.Duration }

func (r *truth) add(start, end moment) {
	r.least += max(0, end.from.Sub(start.to))
	r.most += end.to.Sub(start.from)
}

func (r *truth) addIdle() {
	r.least += idleAfter
	r.most += idleAfter
}

// A visit whose reading, idle and hidden intervals are known: the engaged time of each page is within
// one second of the truth, the last page's too. What the gap between two views would say stands beside it.
func TestKnownVisit(t *testing.T) {
	t.Parallel()
	s, c := newSite(t), newChromium(t)
	b := c.open(t, "about:blank")
	other := c.open(t, "about:blank")
	times := map[string]*truth{"/article": {}, "/idle": {}, "/last": {}}
	b.show()

	// Reads, looks at another tab, reads on.
	shown := during(func() { b.navigate(s.page("/article")) })
	b.click()
	b.read(2 * time.Second)
	hidden := during(other.show)
	times["/article"].add(shown, hidden)
	pause(t, 3*time.Second)
	back := during(b.show)
	b.read(time.Second)

	// Falls asleep after a click, and wakes up again.
	shown = during(func() { b.navigate(s.page("/idle")) })
	times["/article"].add(back, shown)
	touched := during(b.click)
	times["/idle"].add(shown, touched)
	times["/idle"].addIdle()
	pause(t, idleAfter+time.Second)
	s.engaged(t, s.views(t, 2)[1].ViewID, 1) // the timer has reported, though nothing has happened
	woken := during(b.click)
	left := during(func() { b.navigate(s.page("/last")) })
	times["/idle"].add(woken, left)

	// The last page: leaves it, comes back, closes it.
	b.read(time.Second)
	hidden = during(other.show)
	times["/last"].add(left, hidden)
	pause(t, 2*time.Second)
	back = during(b.show)
	b.read(time.Second)
	closed := during(b.close)
	times["/last"].add(back, closed)

	last := s.views(t, 3)[2]
	s.engaged(t, last.ViewID, 2)
	s.stored(t)
	s.compare(t, times)
	s.expect(t, "SELECT views_evidence, views_gap, views_unknown FROM daily_site WHERE $", "3\t0\t0")
}

// compare holds the engaged times of the daily table against the truth.
func (s *site) compare(t *testing.T, times map[string]*truth) {
	t.Helper()
	const query = `SELECT path, started_at, engaged_ms, gap_ms FROM (
		SELECT path, started_at, leadInFrame(started_at, 1) OVER (ORDER BY started_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next,
			if(next < started_at, -1, dateDiff('millisecond', started_at, next)) AS gap_ms FROM page_views WHERE site = '%s') AS visit
		JOIN (SELECT path, engaged_ms FROM daily_page_time WHERE site = '%[1]s') AS day USING path ORDER BY started_at`
	t.Logf("%-10s %22s %12s %12s", "page", "truth, s", "engaged, s", "by gap, s")
	for line := range strings.Lines(product.ask(t, fmt.Sprintf(query, s.key))) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		engaged, gap := milliseconds(t, fields[2]), "unknown"
		if g := milliseconds(t, fields[3]); g >= 0 {
			gap = fmt.Sprintf("%.1f", g.Seconds())
		}
		r := times[fields[0]]
		t.Logf("%-10s %13.2f – %6.2f %12.2f %12s", fields[0], r.least.Seconds(), r.most.Seconds(), engaged.Seconds(), gap)
		if engaged < r.least-time.Second || engaged > r.most+time.Second {
			t.Errorf("%s: engaged %s, in truth %s to %s", fields[0], engaged, r.least, r.most)
		}
		delete(times, fields[0])
	}
	if len(times) > 0 {
		t.Errorf("not counted: %v", times)
	}
}

func milliseconds(t *testing.T, s string) time.Duration {
	t.Helper()
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(ms) * time.Millisecond
}

// read turns the wheel now and then for some time.
func (b *tab) read(d time.Duration) {
	b.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		b.wheel(100)
		pause(b.t, 500*time.Millisecond)
	}
}

// pause is time that passes for a visitor; nothing is waited for.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}
