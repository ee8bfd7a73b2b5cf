package accesslog

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/klauspost/compress/gzip"
)

// Bounds of one post: lines, and bytes of JSON before compression.
const (
	maxBatchLines = 5000
	maxBatchBytes = 4 << 20
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

	packed bytes.Buffer
	packer *gzip.Writer // into packed
}

// NewBatch makes an empty batch.
func NewBatch() *Batch {
	b := &Batch{}
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
}

// Add appends an event; full means that it did not fit and must go into another batch. One event
// always fits into an empty batch: the limits of its fields add up to far less.
func (b *Batch) Add(p *event.Posted, from Origin) (full bool) {
	if len(b.origins) == maxBatchLines {
		return true
	}
	before := b.body.Len()
	_ = b.lines.Encode(p) // cannot fail: texts and numbers, into memory
	if b.body.Len() > maxBatchBytes && len(b.origins) > 0 {
		b.body.Truncate(before)
		return true
	}
	b.origins = append(b.origins, from)
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
