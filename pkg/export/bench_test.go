package export

import (
	"context"
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

// generated is a table like daily_ip_time, of any length, without memory of its own.
type generated struct {
	rows int
	peak uint64 // of the heap, while rows were written
}

func (g *generated) Stream(_ context.Context, _ string, _ map[string]string, head func(names, types []string) error, row func([]any) error) error {
	err := head([]string{"day", "site", "ip", "path", "is_bot", "accesses", "spent_ms", "engaged_ms"},
		[]string{"Date", "LowCardinality(String)", "IPv6", "String", "Bool", "UInt64", "UInt64", "UInt64"})
	day, site, ip, path, bot, n := time.Now(), "shop", netip.Addr{}, "", false, uint64(0)
	for i := 0; err == nil && i < g.rows; i++ {
		ip = netip.AddrFrom4([4]byte{10, byte(i >> 18), byte(i >> 10), byte(i >> 2)})
		path, n = fmt.Sprintf("/page/%d", i*7919%1000), uint64(i)
		err = row([]any{&day, &site, &ip, &path, &bot, &n, &n, &n})
		if i%100_000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			g.peak = max(g.peak, m.HeapAlloc)
		}
	}
	return err
}

// BenchmarkExport writes a million rows as CSV and Parquet.
func BenchmarkExport(b *testing.B) {
	const rows = 1_000_000
	for _, formats := range [][]string{{CSV}, {Parquet}, {CSV, Parquet}} {
		b.Run(fmt.Sprint(formats), func(b *testing.B) {
			source := &generated{rows: rows}
			started := noon
			for b.Loop() {
				started = started.Add(time.Second)
				e := exporter(b.TempDir(), source)
				e.cfg.Formats = formats
				if err := e.Export(b.Context(), runOf(map[string]uint64{"table": rows}, started)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(source.peak)/1e6, "heap-MB")
		})
	}
}
