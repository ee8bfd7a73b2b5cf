package accesslog

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// BenchmarkParse reads lines, BenchmarkExtract makes events of them, BenchmarkBatch makes posts of
// the events.
func BenchmarkParse(b *testing.B) {
	benchmarkLines(b, func() func(RawLine) {
		var l format.Line
		form, err := format.New("", nil)
		if err != nil {
			b.Fatal(err)
		}
		return func(raw RawLine) { form.Read(&l, raw.Bytes) }
	})
}

func BenchmarkExtract(b *testing.B) {
	benchmarkLines(b, func() func(RawLine) {
		x := mustExtractor(b, "site.example", "")
		x.Begin(LineHash{})
		var p event.Posted
		return func(raw RawLine) { x.Event(raw, &p) }
	})
}

func BenchmarkBatch(b *testing.B) {
	benchmarkLines(b, func() func(RawLine) {
		x, batch := mustExtractor(b, "site.example", ""), NewBatch()
		x.Begin(LineHash{})
		return func(raw RawLine) {
			var p event.Posted
			if _, reason := x.Event(raw, &p); reason == "" && batch.Add(&p, Origin{}) {
				if _, err := batch.pack(); err != nil {
					b.Fatal(err)
				}
				batch.Reset()
			}
		}
	})
}

func benchmarkLines(b *testing.B, begin func() func(RawLine)) {
	const lines = 10_000
	text := []byte(manyPages(lines))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		take, reader := begin(), NewLineReader(bytes.NewReader(text), 0)
		for {
			raw, err := reader.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			take(raw)
		}
	}
	b.ReportMetric(float64(b.N)*lines/b.Elapsed().Seconds(), "lines/s")
}
