package integration

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// pageview is a valid event whose id holds its number.
func pageview(number int) event.Event {
	at := time.UnixMilli(1_767_225_600_000 + int64(number)).UTC()
	var hash [10]byte
	binary.BigEndian.PutUint64(hash[2:], uint64(number))
	return event.Event{
		ID: event.ContentID(at, hash), ViewID: event.ContentID(at, hash), Site: "demo",
		Kind: event.Pageview, Witness: event.Beacon, Time: at, Received: at,
		Address: netip.MustParseAddr("192.0.2.7"), AddressMode: event.Full,
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", Host: "demo.example",
		Path: fmt.Sprintf("/page/%d", number), Title: "A page",
	}
}

func pageviews(from, to int) []event.Event {
	events := make([]event.Event, 0, to-from)
	for i := from; i < to; i++ {
		events = append(events, pageview(i))
	}
	return events
}

func publish(t *testing.T, p *stream.Producer, events []event.Event) {
	t.Helper()
	if err := p.Publish(deadline(t), events); err != nil {
		t.Fatal(err)
	}
}

// readDistinct fetches until want different events have come, and returns how many records that took.
func readDistinct(t *testing.T, s *reader, want int) (seen map[event.ID]bool, records int) {
	t.Helper()
	ctx, seen := deadline(t), make(map[event.ID]bool, want)
	for len(seen) < want {
		r, err := s.Fetch(ctx)
		if ctx.Err() != nil {
			t.Fatalf("%d of %d events have come: %v", len(seen), want, err)
		}
		if err != nil {
			continue // passes, says Fetch
		}
		e, err := stream.DecodeRecord(r)
		if err != nil {
			t.Fatalf("partition %d, offset %d: %v", r.Partition, r.Offset, err)
		}
		seen[e.ID] = true
		records++
	}
	return seen, records
}

func testTopic(t *testing.T, b broker) {
	cfg := settings(b)
	if err := stream.Ping(t.Context(), cfg); err == nil {
		t.Error("ping of a topic that does not exist gave no error")
	}
	for range 2 {
		if err := stream.EnsureTopic(deadline(t), cfg); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Ping(deadline(t), cfg); err != nil {
		t.Error(err)
	}
	source := startSource(t, cfg, "group-"+cfg.Topic)
	eventually(t, func() error { // a leader that was just made may need a moment
		lag, err := source.Lag(deadline(t))
		if err == nil && len(lag) != cfg.Partitions {
			err = fmt.Errorf("lag of a new topic is %v, want %d partitions", lag, cfg.Partitions)
		}
		return err
	})
}

// eventually repeats a check that changes with nothing that could be waited on.
func eventually(t *testing.T, check func() error) {
	t.Helper()
	ctx, tick := deadline(t), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(err)
		}
	}
}

func testRoundTrip(t *testing.T, b broker) {
	cfg := settings(b)
	p, s := startProducer(t, cfg, limits()), startSource(t, cfg, "group-"+cfg.Topic)
	want := pageview(7)
	before := time.Now().Add(-time.Minute)
	publish(t, p, []event.Event{want})
	r, err := s.Fetch(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	if r.Offset != 0 || r.Version != stream.Version || r.Time.Before(before) {
		t.Errorf("record has offset %d, version %q, time %s", r.Offset, r.Version, r.Time)
	}
	got, err := stream.DecodeRecord(r)
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); err != nil || diff != "" {
		t.Errorf("event (-want +got): %v\n%s", err, diff)
	}
}

// fetchWait is how long a fetch that finds nothing takes.
const fetchWait = 200 * time.Millisecond

// testCommit commits with metadata, and again from a generation that is over.
func testCommit(t *testing.T, b broker) {
	cfg := settings(b)
	cfg.Partitions = 1
	publish(t, startProducer(t, cfg, limits()), pageviews(0, 10))
	source := stream.NewSource(cfg, stream.SourceConfig{Group: "group-" + cfg.Topic}, quiet())
	var old *stream.Partition
	ctx, cancel := context.WithCancel(deadline(t))
	defer cancel()
	source.Serve(ctx, func(generation context.Context, p *stream.Partition) {
		if old == nil { // ends the generation
			old = p
			if offset, _, err := p.Committed(ctx); err != nil || offset >= 0 {
				t.Errorf("a new group has committed offset %d, %v", offset, err)
			}
			if err := p.Commit(ctx, 4, "intent"); err != nil {
				t.Error(err)
			}
			return
		}
		defer cancel()
		if offset, metadata, err := p.Committed(ctx); err != nil || offset != 4 || metadata != "intent" {
			t.Errorf("committed %d %q, %v; want 4", offset, metadata, err)
		}
		if err := old.Commit(ctx, 9, ""); !errors.Is(err, stream.ErrFenced) {
			t.Errorf("commit of a generation that is over: %v", err)
		}
		if first, next, err := p.Bounds(ctx); err != nil || first != 0 || next != 10 {
			t.Errorf("bounds %d, %d, %v", first, next, err)
		}
		records, next, end, err := p.Fetch(ctx, 4, fetchWait, 1<<20)
		if err != nil || len(records) != 6 || records[0].Offset != 4 || next != 10 || end != 10 {
			t.Errorf("%d records, next %d, end %d, %v", len(records), next, end, err)
		}
		if _, _, _, err := p.Fetch(ctx, 11, fetchWait, 1<<20); err == nil {
			t.Error("a fetch behind the end gave no error")
		}
		if lag, err := source.Lag(ctx); err != nil || lag[0] != 6 {
			t.Errorf("lag %v, %v; want 6", lag, err)
		}
	})
}

// testTwoMembers lets a second member join while the first one reads.
func testTwoMembers(t *testing.T, b broker) {
	cfg := settings(b)
	p := startProducer(t, cfg, limits())
	for i := range 60 {
		publish(t, p, pageviews(i*10, i*10+10))
	}
	ctx := deadline(t)
	var mu sync.Mutex
	seen := map[event.ID]bool{}
	done, finish := context.WithCancel(ctx)
	read := func(s *reader) {
		for {
			r, err := s.Fetch(done)
			if done.Err() != nil {
				return
			}
			if err != nil {
				continue
			}
			e, err := stream.DecodeRecord(r)
			if err != nil {
				t.Errorf("partition %d, offset %d: %v", r.Partition, r.Offset, err)
			}
			mu.Lock()
			seen[e.ID] = true
			if len(seen) == 1200 {
				finish()
			}
			mu.Unlock()
		}
	}
	var readers sync.WaitGroup
	group := "group-" + cfg.Topic
	first := startSource(t, cfg, group)
	if _, err := first.Fetch(ctx); err != nil { // it has joined; the record comes again, or not: it counts below
		t.Fatal(err)
	}
	second := startSource(t, cfg, group)
	readers.Go(func() { read(second) })
	for i := 60; i < 120; i++ {
		publish(t, p, pageviews(i*10, i*10+10))
	}
	readers.Go(func() { read(first) })
	readers.Wait()
	if len(seen) < 1199 { // all but the one that was fetched above
		t.Errorf("two members read %d of 1200 events", len(seen))
	}
}
