package faults

import (
	"net/netip"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// fate is what the sender of an event knows of it.
type fate uint8

const (
	unsent       fate = iota // nobody can have seen it
	unknown                  // it was sent and has no answer, or one that promises nothing
	rejected                 // it was refused, and never promised
	acknowledged             // it was promised at least once
)

// sent is one event of the load.
type sent struct {
	id, view event.ID
	kind     event.Kind
	ip       netip.Addr
	at       time.Time // as stated; zero when the collector sets it
	fate     fate
}

// journal is what the load generator knows: the truth that everything is compared with.
type journal struct {
	mu     sync.Mutex
	events map[event.ID]*sent
	counts [acknowledged + 1]int
	flying int // requests without an answer yet
}

func newJournal() *journal { return &journal{events: map[event.ID]*sent{}} }

// begin notes that events are about to be sent.
func (j *journal) begin(events []*sent) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.flying++
	for _, e := range events {
		if _, ok := j.events[e.id]; !ok {
			j.events[e.id] = e
			j.counts[unsent]++
		}
	}
}

// end notes that the request has its answer or will never have one.
func (j *journal) end() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.flying--
}

// becomes notes what is known of an event now; what was promised once stays promised.
func (j *journal) becomes(id event.ID, f fate) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := j.events[id]
	if f <= e.fate {
		return
	}
	j.counts[e.fate]--
	j.counts[f]++
	e.fate = f
}

// count is how many events have this fate.
func (j *journal) count(f fate) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.counts[f]
}

// inFlight is how many requests wait for their answer.
func (j *journal) inFlight() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.flying
}

// byHash finds the events by what the table events keeps of their ids.
func (j *journal) byHash() map[uint64]*sent {
	j.mu.Lock()
	defer j.mu.Unlock()
	found := make(map[uint64]*sent, len(j.events))
	for id, e := range j.events {
		found[xxhash.Sum64(id[:])] = e
	}
	return found
}
