package stream

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// pending is one call of Publish on its way: its encoded events and where the answer goes.
type pending struct {
	values    [][]byte
	bytes     int
	answer    chan error  // has room for the one answer, so that whoever answers never blocks
	withdrawn atomic.Bool // nobody waits for the answer any more
}

// typicalBytes is room enough for most events, so that a batch is encoded into one piece of memory.
const typicalBytes = 400

func newPending(events []event.Event) *pending {
	p := &pending{values: make([][]byte, len(events)), answer: make(chan error, 1)}
	all := make([]byte, 0, typicalBytes*len(events))
	for i := range events {
		start := len(all)
		all = Encode(all, &events[i])
		p.values[i] = all[start:len(all):len(all)]
	}
	p.bytes = len(all)
	return p
}

// queue holds what waits for a produce request and counts what has no answer yet, so that a Kafka
// that is slow or away cannot fill the memory.
type queue struct {
	maxRecords, maxBytes int

	mu             sync.Mutex
	filled         sync.Cond
	waiting        []*pending
	records, bytes int // without an answer: waiting or under way
	closed         bool
}

func newQueue(maxRecords, maxBytes int) *queue {
	q := &queue{maxRecords: maxRecords, maxBytes: maxBytes}
	q.filled.L = &q.mu
	return q
}

var errStopped = errors.New("the producer has stopped")

func (q *queue) put(p *pending) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return unaccepted(ReasonClosed, errStopped)
	}
	if q.records+len(p.values) > q.maxRecords || q.bytes+p.bytes > q.maxBytes {
		return unaccepted(ReasonQueueFull, fmt.Errorf("%d records with %d bytes wait already", q.records, q.bytes))
	}
	q.records += len(p.values)
	q.bytes += p.bytes
	q.waiting = append(q.waiting, p)
	q.filled.Signal()
	return nil
}

// take waits for work and returns what fits into one request: at least one pending, even if it is too
// large by itself; nil once the queue is closed and empty.
func (q *queue) take(maxRecords, maxBytes int) []*pending {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 {
		if q.closed {
			return nil
		}
		q.filled.Wait()
	}
	n, records, bytes := 0, 0, 0
	for _, p := range q.waiting {
		records += len(p.values)
		bytes += p.bytes
		if n > 0 && (records > maxRecords || bytes > maxBytes) {
			break
		}
		n++
	}
	batch := append([]*pending(nil), q.waiting[:n]...)
	rest := copy(q.waiting, q.waiting[n:])
	clear(q.waiting[rest:])
	q.waiting = q.waiting[:rest]
	return batch
}

// withdraw ends the waiting of a pending. One that is still in the queue leaves it; one that is under way
// may be written, but is not tried again.
func (q *queue) withdraw(p *pending) {
	p.withdrawn.Store(true)
	q.mu.Lock()
	defer q.mu.Unlock()
	if i := slices.Index(q.waiting, p); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
		q.records -= len(p.values)
		q.bytes -= p.bytes
	}
}

// done gives the pending its answer and its room back.
func (q *queue) done(p *pending, err error) {
	q.mu.Lock()
	q.records -= len(p.values)
	q.bytes -= p.bytes
	q.mu.Unlock()
	p.answer <- err
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

func (q *queue) queuedBytes() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes
}
