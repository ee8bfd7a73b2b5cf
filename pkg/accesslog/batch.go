package accesslog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/klauspost/compress/gzip"
)

// Bounds of one post: lines, bytes of JSON before compression, and UTC days. ClickHouse keeps a day in
// a partition of its own and writes at least one part for each that an insert touches, which takes tens
// of milliseconds: many years of a quiet site in one insert would not be done in time.
const (
	maxBatchLines = 5000
	maxBatchBytes = 4 << 20
	maxBatchDays  = 60
)

// Origin says where an event's line stands.
type Origin struct {
	File string
	Line int64 // from 1
}

// Batch is the body of one post in the making, and where its lines come from. It is reused.
type Batch struct {
	body    bytes.Buffer
	lines   *json.Encoder // into body
	origins []Origin
	days    map[string]bool // that the events are of

	packed bytes.Buffer
	packer *gzip.Writer // into packed
}

// NewBatch makes an empty batch.
func NewBatch() *Batch {
	b := &Batch{days: map[string]bool{}}
	b.lines = json.NewEncoder(&b.body)
	b.lines.SetEscapeHTML(false)
	b.packer, _ = gzip.NewWriterLevel(&b.packed, gzip.BestSpeed) // fails for unknown levels only
	return b
}

// Len returns the number of events.
func (b *Batch) Len() int { return len(b.origins) }

// Reset empties the batch.
func (b *Batch) Reset() {
	b.body.Reset()
	b.origins = b.origins[:0]
	clear(b.days)
}

// Days returns the number of UTC days that the events are of.
func (b *Batch) Days() int { return len(b.days) }

// Add appends an event; full means that it did not fit and must go into another batch. One event
// always fits into an empty batch: the limits of its fields add up to far less.
func (b *Batch) Add(p *event.Posted, from Origin) (full bool) {
	day := p.Time[:min(len(p.Time), len(time.DateOnly))]
	if len(b.origins) == maxBatchLines || len(b.days) == maxBatchDays && !b.days[day] {
		return true
	}
	before := b.body.Len()
	_ = b.lines.Encode(p) // cannot fail: texts and numbers, into memory
	if b.body.Len() > maxBatchBytes && len(b.origins) > 0 {
		b.body.Truncate(before)
		return true
	}
	b.origins = append(b.origins, from)
	b.days[day] = true
	return false
}

// pack returns the body as gzip, valid until the batch is changed.
func (b *Batch) pack() ([]byte, error) {
	b.packed.Reset()
	b.packer.Reset(&b.packed)
	if _, err := b.packer.Write(b.body.Bytes()); err != nil {
		return nil, fmt.Errorf("compress a batch: %w", err)
	}
	if err := b.packer.Close(); err != nil {
		return nil, fmt.Errorf("compress a batch: %w", err)
	}
	return b.packed.Bytes(), nil
}
