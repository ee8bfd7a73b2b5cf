package collector

import (
	"math"
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// limits hold the token buckets of addresses and sites in bounded memory: the coldest buckets are
// forgotten first, which at worst fills them up early.
type limits struct {
	addresses *buckets[netip.Prefix]
	sites     *buckets[string]
}

// Bounds of the memory: about 25 MB of buckets when full.
const (
	maxAddresses = 100_000
	maxSites     = 10_000
)

func newLimits(address, site Rate) *limits {
	return &limits{newBuckets[netip.Prefix](address, maxAddresses), newBuckets[string](site, maxSites)}
}

// address takes n events from the bucket of a client's network. One request has taken spent events
// before; together they take no more than a burst, so that every list comes through a full bucket.
func (l *limits) address(a netip.Addr, now time.Time, n, spent int) (wait time.Duration, ok bool) {
	if l.addresses == nil {
		return 0, true
	}
	n = min(n, l.addresses.rate.Burst-spent)
	bits := 64 // an IPv6 client usually has a /64 to itself
	if a.Is4() {
		bits = 32
	}
	network, err := a.Prefix(bits)
	if err != nil {
		return 0, true
	}
	return l.addresses.take(network, now, n)
}

// site takes one event from the bucket of a site.
func (l *limits) site(key string, now time.Time) (wait time.Duration, ok bool) {
	if l.sites == nil {
		return 0, true
	}
	return l.sites.take(key, now, 1)
}

// buckets are token buckets by key.
type buckets[K comparable] struct {
	rate  Rate
	byKey *otter.Cache[K, *rate.Limiter]
}

// newBuckets makes none for the zero rate: there is no limit then.
func newBuckets[K comparable](r Rate, maximum int) *buckets[K] {
	if r.PerSecond == 0 {
		return nil
	}
	return &buckets[K]{rate: r, byKey: otter.Must(&otter.Options[K, *rate.Limiter]{MaximumSize: maximum})}
}

// take takes n tokens; when there are not so many it takes none and says how long to wait.
func (b *buckets[K]) take(key K, now time.Time, n int) (wait time.Duration, ok bool) {
	bucket, found := b.byKey.GetIfPresent(key)
	if !found {
		bucket, _ = b.byKey.SetIfAbsent(key, rate.NewLimiter(rate.Limit(b.rate.PerSecond), b.rate.Burst))
	}
	if bucket.AllowN(now, n) {
		return 0, true
	}
	missing := float64(n) - bucket.TokensAt(now)
	return time.Duration(math.Ceil(missing/b.rate.PerSecond)) * time.Second, false
}
