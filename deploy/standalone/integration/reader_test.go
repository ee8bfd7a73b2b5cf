package integration

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// reader is a member of a group that reads every partition it is given and commits nothing by itself.
type reader struct {
	*stream.Source
	records chan event.Record
	stop    func()
	serving atomic.Pointer[stream.Partition] // the last one that it was given
}

func startSource(t testing.TB, cfg stream.Config, group string) *reader {
	t.Helper()
	r := &reader{Source: stream.NewSource(cfg, stream.SourceConfig{Group: group}, quiet()), records: make(chan event.Record)}
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() { r.Serve(ctx, r.read) })
	r.stop = sync.OnceFunc(func() {
		cancel()
		serving.Wait()
		_ = r.Source.Stop(context.Background())
	})
	t.Cleanup(r.stop)
	return r
}

// read hands on the records of one partition, from the committed offset on.
func (r *reader) read(ctx context.Context, p *stream.Partition) {
	r.serving.Store(p)
	offset, _, err := p.Committed(ctx)
	if err == nil && offset < 0 {
		offset, _, err = p.Bounds(ctx)
	}
	if err != nil {
		return // the next generation begins anew
	}
	for ctx.Err() == nil {
		records, next, _, err := p.Fetch(ctx, offset, fetchWait, 1<<20)
		if err != nil {
			return
		}
		for _, record := range records {
			select {
			case r.records <- record:
			case <-ctx.Done():
				return
			}
		}
		offset = next
	}
}

// Fetch waits for the next record of any partition.
func (r *reader) Fetch(ctx context.Context) (event.Record, error) {
	select {
	case record := <-r.records:
		return record, nil
	case <-ctx.Done():
		return event.Record{}, ctx.Err()
	}
}
