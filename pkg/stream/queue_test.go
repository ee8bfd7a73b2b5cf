package stream

import (
	"slices"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// sized makes a pending of so many records of so many bytes.
func sized(records, bytes int) *pending {
	p := newPending(nil)
	for range records {
		p.values = append(p.values, make([]byte, bytes))
	}
	p.bytes = records * bytes
	return p
}

func TestQueueTakesWhatFits(t *testing.T) {
	f := func(name string, waiting []*pending, maxRecords, maxBytes int, want ...int) {
		t.Helper()
		q := newQueue(1000, 100_000)
		for _, p := range waiting {
			if err := q.put(p); err != nil {
				t.Fatal(err)
			}
		}
		q.close()
		var got []int
		for batch := q.take(maxRecords, maxBytes); batch != nil; batch = q.take(maxRecords, maxBytes) {
			got = append(got, len(batch))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: batches of %v, want %v", name, got, want)
		}
	}
	ones := []*pending{sized(1, 10), sized(1, 10), sized(1, 10), sized(1, 10), sized(1, 10)}
	f("nothing", nil, 10, 10)
	f("all", ones, 10, 1000, 5)
	f("by records", ones, 2, 1000, 2, 2, 1)
	f("by bytes", ones, 10, 30, 3, 2)
	f("one that is too large", []*pending{sized(1, 10), sized(50, 10), sized(1, 10)}, 10, 100, 1, 1, 1)
}

func TestQueueIsBounded(t *testing.T) {
	q := newQueue(3, 100)
	for range 2 {
		if err := q.put(sized(1, 40)); err != nil {
			t.Fatal(err)
		}
	}
	wantReason(t, q.put(sized(1, 40)), ReasonQueueFull) // bytes
	wantReason(t, q.put(sized(2, 1)), ReasonQueueFull)  // records
	for _, p := range q.take(10, 1000) {
		wantReason(t, q.put(sized(3, 40)), ReasonQueueFull) // under way counts too
		q.done(p, nil)
	}
	if err := q.put(sized(3, 33)); err != nil {
		t.Errorf("an empty queue refused: %v", err)
	}
	q.close()
	wantReason(t, q.put(sized(1, 1)), ReasonClosed)
}

func TestWithdrawnGivesItsRoomBack(t *testing.T) {
	q := newQueue(2, 100)
	first, second := sized(1, 40), sized(1, 40)
	for _, p := range []*pending{first, second} {
		if err := q.put(p); err != nil {
			t.Fatal(err)
		}
	}
	q.withdraw(first)
	if err := q.put(sized(1, 60)); err != nil {
		t.Errorf("the room of what was withdrawn is not free: %v", err)
	}
	batch := q.take(10, 1000)
	if len(batch) != 2 || batch[0] != second {
		t.Fatalf("took %v", batch)
	}
	q.withdraw(second) // under way: it holds its room until it is done
	wantReason(t, q.put(sized(1, 10)), ReasonQueueFull)
	for _, p := range batch {
		q.done(p, nil)
	}
	if q.records != 0 || q.queuedBytes() != 0 {
		t.Errorf("%d records, %d bytes are left", q.records, q.queuedBytes())
	}
}

func TestPendingKeepsEventsApart(t *testing.T) {
	events := make([]event.Event, 50)
	for i := range events {
		events[i] = typicalEvent()
		events[i].Engaged = int64(i)
	}
	p := newPending(events)
	for i, value := range p.values {
		if e, err := Decode(value); err != nil || e.Engaged != int64(i) {
			t.Errorf("event %d comes back as %d, %v", i, e.Engaged, err)
		}
	}
}
