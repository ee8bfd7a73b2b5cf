package collector

import (
	"net/netip"
	"testing"
	"time"
)

// TestBucketsAreBounded: a million clients do not take a million buckets.
func TestBucketsAreBounded(t *testing.T) {
	l := newLimits(Rate{PerSecond: 1, Burst: 2}, Rate{PerSecond: 1, Burst: 2})
	now := time.Now()
	for i := range 1_000_000 {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		if _, ok := l.address(a, now, 1, 0); !ok {
			t.Fatalf("the first event of %s was refused", a)
		}
	}
	l.addresses.byKey.CleanUp()
	if n := l.addresses.byKey.EstimatedSize(); n > maxAddresses {
		t.Errorf("%d buckets are kept, want at most %d", n, maxAddresses)
	}
}
