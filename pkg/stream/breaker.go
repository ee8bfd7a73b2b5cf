package stream

import "sync/atomic"

// breaker keeps events away from a Kafka that is slow or away: while it is open they go straight to the
// spool. What is in the spool is what tries Kafka again: a request of it that is acknowledged in time
// closes the breaker. When the spool cannot take an event, that event may be the one to try, one at a time.
type breaker struct {
	opened  atomic.Bool
	probing atomic.Bool
}

func (b *breaker) open()        { b.opened.Store(true) }
func (b *breaker) close()       { b.opened.Store(false) }
func (b *breaker) isOpen() bool { return b.opened.Load() }

// probe reports whether the caller may try Kafka; then it must call endProbe.
func (b *breaker) probe() bool { return b.probing.CompareAndSwap(false, true) }

func (b *breaker) endProbe() { b.probing.Store(false) }
