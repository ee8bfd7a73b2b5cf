package integration

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// BenchmarkPublish measures acknowledged single events at a given number of publishers. Both the
// broker and the producer run on this machine.
func BenchmarkPublish(b *testing.B) {
	for name, start := range map[string]func(testing.TB) broker{
		"embedded": startEmbedded, "apache": startApache,
	} {
		b.Run(name, func(b *testing.B) {
			kafka := start(b)
			for _, publishers := range []int{1, 64, 512} {
				b.Run(fmt.Sprint(publishers), func(b *testing.B) { benchmarkPublish(b, kafka, publishers) })
			}
		})
	}
}

func benchmarkPublish(b *testing.B, kafka broker, publishers int) {
	cfg := settings(kafka)
	cfg.Partitions = 12
	p := startProducer(b, cfg, limits())
	one := []event.Event{pageview(1)}
	if err := p.Publish(b.Context(), one); err != nil { // the topic is there from now on
		b.Fatal(err)
	}
	var next atomic.Int64
	var slowest atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range publishers {
		wg.Go(func() {
			for next.Add(1) <= int64(b.N) {
				began := time.Now()
				if err := p.Publish(b.Context(), one); err != nil {
					b.Error(err)
					return
				}
				if took := int64(time.Since(began)); took > slowest.Load() {
					slowest.Store(took)
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(slowest.Load())/1e6, "slowest-ms")
}

// BenchmarkFetch measures fetching and decoding.
func BenchmarkFetch(b *testing.B) {
	cfg := settings(startEmbedded(b))
	p := startProducer(b, cfg, limits())
	batch := pageviews(0, 1000)
	for range b.N/len(batch) + 1 {
		if err := p.Publish(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	s := startSource(b, cfg, "group-"+cfg.Topic)
	if _, err := s.Fetch(b.Context()); err != nil { // it has joined
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		r, err := s.Fetch(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := stream.DecodeRecord(r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
