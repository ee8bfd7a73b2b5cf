package collector_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/event"
)

const typicalView = `{"site":"demo","type":"pageview","url":"https://www.example.com/articles/one?utm_source=letter","event_id":"0194bc3e7a007c118d22334455667799",` +
	`"view_id":"0194bc3e7a007c118d22334455667788","title":"An article of usual length","referrer":"https://search.example/","screen_px":1280,"scroll_pct":35}`

// discard is a ResponseWriter that keeps nothing.
type discard struct {
	h      http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.h }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// cpuTime is what this process has used so far, garbage collection and all.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// bench posts one body again and again, with a publisher that acknowledges at once; events is how
// many it holds.
func bench(b *testing.B, cfg collector.Config, path, body string, events int, header ...string) {
	b.Helper()
	instant := publisherFunc(func(context.Context, []event.Event) error { return nil })
	c, err := collector.New(cfg, instant, directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	h := c.Handler()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	begin := cpuTime(b)
	b.RunParallel(func(pb *testing.PB) {
		w := &discard{h: http.Header{}}
		for pb.Next() {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
			r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36")
			r.Header.Set("Accept-Language", "de-AT,de;q=0.9,en;q=0.8")
			for i := 0; i+1 < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			if h.ServeHTTP(w, r); w.status != http.StatusAccepted {
				b.Errorf("status %d", w.status)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(cpuTime(b)-begin)/float64(b.N*events), "cpu-ns/event") // says more on a machine that is shared
}

func BenchmarkOneEvent(b *testing.B) { bench(b, config(), "/v1/events", typicalView, 1) }

func BenchmarkOneEventWithLimits(b *testing.B) {
	cfg := config()
	cfg.RateAddress, cfg.RateSite = collector.Rate{PerSecond: 1e9, Burst: 1e9}, collector.Rate{PerSecond: 1e9, Burst: 1e9}
	bench(b, cfg, "/v1/events", typicalView, 1)
}

func BenchmarkListOf50(b *testing.B) {
	bench(b, config(), "/v1/events", "["+strings.Repeat(typicalView+",", 49)+typicalView+"]", 50)
}

func BenchmarkBatchOf1000(b *testing.B) {
	bench(b, config(), "/v1/batch", strings.Repeat(typicalView+"\n", 1000), 1000, "Authorization", "Bearer "+token)
}
