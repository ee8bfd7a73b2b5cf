package accounts

import (
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
)

// Bounds of the throttle. A name is held up for a minute at most, so that a stranger cannot lock its owner
// out; with 12 characters, 1,440 guesses a day lead nowhere.
const (
	freeAttempts  = 5
	longestName   = time.Minute
	longestOrigin = 15 * time.Minute
	forgetAfter   = time.Hour
	remembered    = 20_000 // names, and as many networks: a few MB
)

// throttle slows guessing down: after five failed attempts of one name or from one network each further
// one doubles the wait. Memory is bounded; the coldest entries are forgotten first.
type throttle struct {
	mu      sync.Mutex // an attempt counts before its outcome is known, or parallel ones would be free
	names   *otter.Cache[string, attempts]
	origins *otter.Cache[string, attempts]
}

type attempts struct {
	count int
	last  time.Time
	until time.Time
}

func newThrottle() *throttle {
	options := otter.Options[string, attempts]{MaximumSize: remembered}
	return &throttle{names: otter.Must(&options), origins: otter.Must(&options)}
}

// begin counts an attempt, or says how long to wait when it comes too early; that one does not count.
func (t *throttle) begin(now time.Time, name, origin string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	byName, byOrigin := current(t.names, name, now), current(t.origins, origin, now)
	if wait := max(byName.until.Sub(now), byOrigin.until.Sub(now)); wait > 0 {
		return wait
	}
	t.names.Set(name, byName.another(now, longestName))
	t.origins.Set(origin, byOrigin.another(now, longestOrigin))
	return 0
}

// succeeded forgets the failures of the name, and of the network only this attempt: whoever has an account
// must not be able to buy guesses with it.
func (t *throttle) succeeded(now time.Time, name, origin string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names.Invalidate(name)
	a := current(t.origins, origin, now)
	a.count, a.until = max(a.count-1, 0), time.Time{}
	t.origins.Set(origin, a)
}

func current(cache *otter.Cache[string, attempts], key string, now time.Time) attempts {
	a, ok := cache.GetIfPresent(key)
	if !ok || now.Sub(a.last) > forgetAfter {
		return attempts{}
	}
	return a
}

// another is the state after one more attempt: free ones, then 1 s, 2 s, 4 s and so on.
func (a attempts) another(now time.Time, longest time.Duration) attempts {
	a.count++
	a.last, a.until = now, now
	if over := a.count - freeAttempts; over >= 0 {
		a.until = now.Add(min(longest, time.Second<<min(over, 20)))
	}
	return a
}
