package consumer

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// memory is a stream and a warehouse in memory. It keeps a journal of what was asked of it.
type memory struct {
	records chan event.Record

	mu       sync.Mutex
	journal  []string // "insert 3", "dead 1", "commit"
	rows     []event.Stored
	dead     []event.Dead
	through  map[int]int64
	refusals []error // answers of the next inserts, before they work
	troubles []error // answers of the next fetches, before they work
	changed  *sync.Cond
}

func newMemory(records ...event.Record) *memory {
	m := &memory{records: make(chan event.Record, 10_000), through: map[int]int64{}}
	m.changed = sync.NewCond(&m.mu)
	for _, r := range records {
		m.records <- r
	}
	return m
}

func (m *memory) Fetch(ctx context.Context) (event.Record, error) {
	if err := m.next(&m.troubles); err != nil {
		return event.Record{}, err
	}
	select {
	case r := <-m.records:
		return r, nil
	case <-ctx.Done():
		return event.Record{}, ctx.Err()
	}
}

func (m *memory) Commit(_ context.Context, through map[int]int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.Copy(m.through, through)
	m.note("commit")
	return nil
}

func (m *memory) Lag(context.Context) (map[int]int64, error) {
	return map[int]int64{0: 3, 7: 0}, nil
}

func (m *memory) Insert(_ context.Context, rows []event.Stored) error {
	if err := m.next(&m.refusals); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, rows...)
	m.note("insert")
	return nil
}

func (m *memory) InsertDead(_ context.Context, rows []event.Dead) error {
	if err := m.next(&m.refusals); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead = append(m.dead, rows...)
	m.note("dead")
	return nil
}

func (m *memory) next(answers *[]error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(*answers) == 0 {
		return nil
	}
	err := (*answers)[0]
	*answers = (*answers)[1:]
	m.note("refused")
	return err
}

func (m *memory) note(what string) {
	m.journal = append(m.journal, what)
	m.changed.Broadcast()
}

// await waits until the journal has so many entries, and returns it.
func (m *memory) await(entries int) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.journal) < entries {
		m.changed.Wait()
	}
	return append([]string(nil), m.journal...)
}

var errAway = errors.New("away")
