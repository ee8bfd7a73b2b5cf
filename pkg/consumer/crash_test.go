package consumer

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/event"
)

var (
	seeds = flag.Int("seeds", 500, "how many random histories are checked")
	seed  = flag.Uint64("seed", 0, "the only history to check; 0 for all")
)

// decode reads the tests' own format: "poison" cannot be decoded, "invalid" is not valid, everything
// else is an event whose text says which one it is, on a day that the text decides.
func decode(r event.Record) (event.Event, error) {
	value := string(r.Value)
	if value == "poison" {
		return event.Event{}, errors.New("no idea what this is")
	}
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC).Add(24 * time.Hour * time.Duration(len(value)%3))
	e := event.Event{
		ID: event.ContentID(at, [10]byte{byte(r.Offset)}), ViewID: event.ContentID(at, [10]byte{}), Site: "demo",
		Kind: event.Pageview, Witness: event.Beacon, Time: at, Received: at,
		Address: netip.MustParseAddr("192.0.2.7"), AddressMode: event.Full, Path: "/" + value,
	}
	if value == "invalid" {
		e.Scroll = 101
	}
	return e, nil
}

// history is one random run of everything that can happen to a partition.
type history struct {
	r       *rand.Rand
	log     *memoryLog
	table   *table
	next    int // number of the next event
	zombies []*member
	backup  *table
}

// member is a process with its consumer.
type member struct {
	*process
	consumer *Consumer
	cancel   context.CancelFunc
	done     chan struct{}
}

func (m *member) isOver() bool {
	m.process.mu.Lock()
	defer m.process.mu.Unlock()
	return m.crashed
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// elapse lets time go by on the clock of a synctest bubble, which waits for nobody.
func elapse(d time.Duration) { <-time.After(d) }

// join lets a new process have the partition.
func (h *history) join(faults bool) *member {
	h.log.mu.Lock()
	h.log.generation++
	generation := h.log.generation
	h.log.mu.Unlock()
	r := rand.New(rand.NewPCG(h.r.Uint64(), 0))
	p := &process{memoryLog: h.log, table: h.table, gen: generation, ops: map[string]int{}}
	p.fault = func(string) fault {
		if !faults || r.IntN(12) > 0 {
			return none
		}
		return fault(r.IntN(int(unknownFault)))
	}
	cfg := Config{
		BatchRows: 1 + h.r.IntN(30), BatchBytes: 20 + h.r.IntN(400), BatchWait: time.Duration(1+h.r.IntN(2000)) * time.Millisecond,
		InsertTimeout: 10 * time.Second, Inserts: 1, MemoryBytes: 1 << uint(10+h.r.IntN(20)), Stall: time.Hour,
	}
	c := New(cfg, p, decode, p, quiet(), prometheus.NewRegistry())
	ctx, cancel := context.WithCancel(context.Background())
	m := &member{process: p, consumer: c, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(m.done)
		newWorker(c, p).loop(ctx)
	}()
	return m
}

// produce appends events, some of them for the second time, and records that are none.
func (h *history) produce() {
	for range h.r.IntN(60) {
		switch h.r.IntN(20) {
		case 0:
			h.log.append("poison")
		case 1:
			h.log.append("invalid")
		case 2:
			h.log.append("refused")
		case 3:
			h.log.append(fmt.Sprintf("event%d", h.r.IntN(h.next+1)))
		default:
			h.log.append(fmt.Sprintf("event%d", h.next))
			h.next++
		}
	}
}

// end lets a member stop in order, crash, or be cut off while it goes on.
func (h *history) end(m *member) {
	switch {
	case m.isOver() || h.r.IntN(3) == 0:
		m.process.mu.Lock()
		m.crashed = true
		m.process.mu.Unlock()
		m.resume(true)
		m.cancel()
		m.consumer.giveUp()
		<-m.done
	case h.r.IntN(2) == 0:
		h.zombies = append(h.zombies, m)
	default:
		m.resume(true)
		m.cancel()
		<-m.done
	}
}

func (h *history) step() {
	h.produce()
	m := h.join(true)
	elapse(time.Duration(h.r.IntN(6000)) * time.Millisecond)
	h.produce()
	elapse(time.Duration(h.r.IntN(6000)) * time.Millisecond)
	h.end(m)
	if h.r.IntN(2) == 0 {
		h.table.merge()
	}
	for _, z := range h.zombies {
		if h.r.IntN(3) == 0 {
			z.resume(false)
		}
	}
	switch {
	case h.r.IntN(4) == 0:
		h.backup = h.table.snapshot()
	case h.r.IntN(6) == 0 && h.backup != nil && len(h.zombies) == 0:
		h.table.restore(h.backup)
	case h.r.IntN(20) == 0 && len(h.zombies) == 0 && !strings.Contains(h.log.metadata, `"end"`): // a mutation leaves the tokens
		h.table.rows = nil
	}
}

// finish resumes every zombie and lets a last member carry what is left.
func (h *history) finish(t *testing.T) {
	last := h.join(false)
	for _, z := range h.zombies {
		z.resume(true)
	}
	for range 600 {
		elapse(time.Second)
		h.log.mu.Lock()
		done := h.log.offset == int64(len(h.log.records)) && !strings.Contains(h.log.metadata, `"end"`)
		h.log.mu.Unlock()
		if done {
			break
		}
	}
	for _, m := range append(h.zombies, last) {
		m.cancel()
		<-m.done
	}
	if h.log.offset != int64(len(h.log.records)) {
		t.Errorf("committed %d of %d", h.log.offset, len(h.log.records))
	}
}

// check counts every offset: one row or one dead letter, unless it was merged with a later repeat.
func (h *history) check(t *testing.T) {
	rows, keys := map[int64]int{}, map[string]bool{}
	for _, r := range h.table.rows {
		rows[r.offset]++
		keys[r.key] = keys[r.key] || !r.dead
	}
	for _, record := range h.log.records {
		value := string(record.Value)
		isEvent := strings.HasPrefix(value, "event")
		switch n := rows[record.Offset]; {
		case n > 1:
			t.Errorf("offset %d (%s) is stored %d times", record.Offset, value, n)
		case n == 0 && !(isEvent && keys[value]):
			t.Errorf("offset %d (%s) is lost", record.Offset, value)
		}
	}
}

// TestHistories lets workers crash at every step, be cut off and come back, with other batch settings
// each time, while inserts fail before and after they took place and the table merges.
func TestHistories(t *testing.T) {
	from, to := uint64(1), uint64(*seeds)
	if *seed > 0 {
		from, to = *seed, *seed
	}
	for s := from; s <= to && !t.Failed(); s++ {
		synctest.Test(t, func(t *testing.T) {
			h := &history{
				r: rand.New(rand.NewPCG(s, 1)), log: &memoryLog{offset: -1}, table: &table{window: 10000},
			}
			for range 3 + h.r.IntN(8) {
				h.step()
			}
			h.finish(t)
			h.check(t)
			if t.Failed() {
				t.Logf("again with -run Histories -seed %d", s)
			}
		})
	}
}
