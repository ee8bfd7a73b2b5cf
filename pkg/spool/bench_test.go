package spool

import (
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// BenchmarkAppend measures synced records at a number of writers that each wait for theirs.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			s := New(Config{Dir: b.TempDir(), Bytes: 64 << 30}, slog.New(slog.NewTextHandler(io.Discard, nil)), prometheus.NewRegistry())
			if err := s.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			record := [][]byte{make([]byte, 300)}
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range writers {
				wg.Go(func() {
					for next.Add(1) <= int64(b.N) {
						if err := s.Append(b.Context(), record); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
			if err := s.Stop(b.Context()); err != nil {
				b.Error(err)
			}
		})
	}
}
