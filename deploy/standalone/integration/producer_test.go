package integration

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

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
