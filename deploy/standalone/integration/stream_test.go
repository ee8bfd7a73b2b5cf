package integration

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
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
func readDistinct(t *testing.T, s *stream.Source, want int) (seen map[event.ID]bool, records int) {
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

func testCommit(t *testing.T, b broker) {
	cfg := settings(b)
	cfg.Partitions = 1
	p := startProducer(t, cfg, limits())
	publish(t, p, pageviews(0, 10))
	first := startSource(t, cfg, "group-"+cfg.Topic)
	for range 10 {
		if _, err := first.Fetch(deadline(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Commit(deadline(t), map[int]int64{0: 3}); err != nil {
		t.Fatal(err)
	}
	if lag, err := first.Lag(deadline(t)); err != nil || lag[0] != 6 {
		t.Errorf("lag %v, %v; want 6", lag, err)
	}
	first.Stop(t.Context())
	if _, err := first.Fetch(t.Context()); !errors.Is(err, stream.ErrStopped) {
		t.Errorf("fetch after stop: %v", err)
	}
	r, err := startSource(t, cfg, "group-"+cfg.Topic).Fetch(deadline(t))
	if err != nil || r.Offset != 4 {
		t.Errorf("the next member begins at offset %d, %v; want 4", r.Offset, err)
	}
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
	read := func(s *stream.Source) {
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

func testManyPublishers(t *testing.T, b broker) {
	const publishers, each = 256, 391 // 100,096 events
	cfg := settings(b)
	p := startProducer(t, cfg, limits())
	ctx := deadline(t)
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	for n := range publishers {
		wg.Go(func() {
			for i := range each {
				if err := p.Publish(ctx, []event.Event{pageview(n*each + i)}); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		t.Fatal(*err)
	}
	if n := p.QueuedBytes(); n != 0 {
		t.Errorf("%d bytes are still counted as queued", n)
	}
	if _, records := readDistinct(t, startSource(t, cfg, "group-"+cfg.Topic), publishers*each); records != publishers*each {
		t.Errorf("%d records for %d events without any trouble", records, publishers*each)
	}
}

func testMicroBatch(t *testing.T, b broker) {
	cfg, limit := settings(b), limits()
	limit.BatchRecords = 40 // less than the micro-batch
	p, s := startProducer(t, cfg, limit), startSource(t, cfg, "group-"+cfg.Topic)
	publish(t, p, pageviews(0, 200))
	for i := range 200 {
		r, err := s.Fetch(deadline(t))
		if err != nil {
			t.Fatal(err)
		}
		e, err := stream.DecodeRecord(r)
		if want := pageview(i).ID; err != nil || e.ID != want || r.Offset != int64(i) {
			t.Fatalf("record %d: event %s at offset %d, %v; want event %s", i, e.ID, r.Offset, err, want)
		}
	}
}

// testTooLarge sends batches that are larger than Kafka takes in one piece, and an event that is.
func testTooLarge(t *testing.T, b broker) {
	cfg, limit := settings(b), limits()
	limit.BatchBytes = 16 << 20 // a setting that is too high
	p := startProducer(t, cfg, limit)
	events := pageviews(0, 40)
	for i := range events {
		events[i].Title = noise(100_000)
	}
	publish(t, p, events)

	huge := pageview(1000)
	huge.Title = noise(2_000_000)
	err := p.Publish(deadline(t), []event.Event{huge})
	var refused *stream.Unaccepted
	if !errors.As(err, &refused) || refused.Reason() != stream.ReasonTooLarge {
		t.Errorf("an event of 2 MB: %v", err)
	}
	readDistinct(t, startSource(t, cfg, "group-"+cfg.Topic), 40)
}

// noise is text that compression cannot make much smaller.
func noise(n int) string {
	b := make([]byte, n*3/4)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return base64.StdEncoding.EncodeToString(b)
}

func testStopDrains(t *testing.T, b broker) {
	cfg := settings(b)
	p := stream.NewProducer(cfg, limits(), quiet())
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	publish(t, p, pageviews(0, 1))
	answers := make(chan error, 1000)
	for i := range cap(answers) {
		go func() { answers <- p.Publish(t.Context(), []event.Event{pageview(1 + i)}) }()
	}
	if err := <-answers; err != nil { // now some have their answer and others wait
		t.Fatal(err)
	}
	if err := p.Stop(deadline(t)); err != nil {
		t.Fatal(err)
	}
	accepted := 2
	for range cap(answers) - 1 {
		err := <-answers
		var refused *stream.Unaccepted
		switch {
		case err == nil:
			accepted++
		case !errors.As(err, &refused) || refused.Reason() != stream.ReasonClosed:
			t.Errorf("publish during stop: %v", err)
		}
	}
	if _, records := readDistinct(t, startSource(t, cfg, "group-"+cfg.Topic), accepted); records != accepted {
		t.Errorf("%d records for %d acknowledged events", records, accepted)
	}
}

// testRestart kills the broker while events are published: every acknowledged one is there.
func testRestart(t *testing.T, b broker) {
	cfg := settings(b)
	p := startProducer(t, cfg, limits())
	ctx, stop := context.WithCancel(deadline(t))
	var mu sync.Mutex
	acknowledged := map[event.ID]bool{}
	progress := make(chan struct{}, 1)
	var wg sync.WaitGroup
	for n := range 32 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				e := pageview(n*1_000_000 + i)
				if p.Publish(ctx, []event.Event{e}) != nil {
					continue // not promised
				}
				mu.Lock()
				acknowledged[e.ID] = true
				mu.Unlock()
				select {
				case progress <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 100 {
		<-progress
	}
	if err := b.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		<-progress // the producer has recovered by itself
	}
	stop()
	wg.Wait()
	seen := map[event.ID]bool{}
	source := startSource(t, cfg, "group-"+cfg.Topic)
	for waiting := deadline(t); ; {
		r, err := source.Fetch(waiting)
		if waiting.Err() != nil {
			t.Fatalf("of %d acknowledged events only %d are there", len(acknowledged), len(acknowledged)-missing(acknowledged, seen))
		}
		if err != nil {
			continue
		}
		e, err := stream.DecodeRecord(r)
		if err != nil {
			t.Fatal(err)
		}
		seen[e.ID] = true
		if len(seen) >= len(acknowledged) && missing(acknowledged, seen) == 0 {
			return
		}
	}
}

func missing(want, got map[event.ID]bool) (n int) {
	for id := range want {
		if !got[id] {
			n++
		}
	}
	return n
}
