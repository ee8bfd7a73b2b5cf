package consumer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Evidence is what an audit asks the warehouse for.
type Evidence interface {
	Catalogue
	OffsetRuns(ctx context.Context, p event.Place) ([]event.Run, error)
	CountOffsets(ctx context.Context, p event.Place, first, last, size int64, since time.Time) ([]event.OffsetCount, error)
	RepeatedOffsets(ctx context.Context, p event.Place, first, last int64) ([]int64, error)
	HasEvents(ctx context.Context, events []event.Event) ([]bool, error)
}

// Audit looks for every offset of a partition in the warehouse.
type Audit struct {
	Place       event.Place
	First, Last int64 // offsets that a worker has accounted for; none when Last is less
	Stored      int64 // different offsets among the events
	Dead        int64 // dead letters
	Merged      int64 // events that were produced twice: their other offset is stored
	Lost        int64 // Kafka deleted them before they were read
	Unproven    int64 // not there, and Kafka no longer holds the record that would tell why
	Holes       []Range
	Repeats     []int64 // offsets that are there twice
}

// Range are the offsets from First to Last.
type Range struct{ First, Last int64 }

func (r Range) String() string {
	if r.First == r.Last {
		return fmt.Sprint(r.First)
	}
	return fmt.Sprintf("%d–%d", r.First, r.Last)
}

// Gaps counts the offsets that are not as they should be.
func (a Audit) Gaps() (n int64) {
	for _, r := range a.Holes {
		n += r.Last - r.First + 1
	}
	return n + int64(len(a.Repeats))
}

// auditChunk is how many offsets are counted, and if need be listed, at a time.
const auditChunk = 1_000_000

// auditor looks into one partition.
type auditor struct {
	reader   Reader
	decode   Decoder
	evidence Evidence
	kept     int64 // first offset that Kafka holds
	lost     []Range
	audit    *Audit
}

// AuditPartition audits the newest life of a partition. It may run while workers work: it looks at what
// they have accounted for.
func AuditPartition(ctx context.Context, stream string, partition int, reader Reader, decode Decoder, evidence Evidence) (Audit, error) {
	run, known, err := evidence.LastRun(ctx, stream, partition)
	if err != nil || !known {
		return Audit{Place: event.Place{Stream: stream, Partition: partition}, Last: -1}, err
	}
	return auditFrom(ctx, run.Place, 0, time.Time{}, reader, decode, evidence)
}

// auditFrom looks at offsets from the given one on, which were stored since then.
func auditFrom(ctx context.Context, place event.Place, from int64, since time.Time, reader Reader, decode Decoder, evidence Evidence) (Audit, error) {
	a := Audit{Place: place, Last: -1}
	x := &auditor{reader: reader, decode: decode, evidence: evidence, audit: &a}
	first, _, err := reader.Bounds(ctx)
	if err != nil {
		return a, err
	}
	x.kept = first
	runs, err := evidence.OffsetRuns(ctx, place)
	if err != nil {
		return a, err
	}
	x.cover(runs, from)
	if a.Last < a.First {
		return a, nil
	}
	counts, err := evidence.CountOffsets(ctx, place, a.First, a.Last, auditChunk, since)
	if err != nil {
		return a, err
	}
	return a, x.compare(ctx, counts)
}

// cover takes the range of the audit from the runs. What no run accounts for is looked for all the same.
func (x *auditor) cover(runs []event.Run, from int64) {
	for i, r := range runs {
		if i == 0 {
			x.audit.First = max(from, r.Begin)
		}
		x.audit.Last = max(x.audit.Last, r.End)
		if r.Kind == event.RunLost && r.End >= from {
			x.lost = append(x.lost, Range{max(from, r.Begin), r.End})
		}
	}
}

// compare looks closer at every chunk in which the offsets are not all there, or not once.
func (x *auditor) compare(ctx context.Context, counts []event.OffsetCount) error {
	byChunk := map[int64]event.OffsetCount{}
	for _, c := range counts {
		byChunk[c.Chunk] = c
		x.audit.Stored += int64(c.Offsets - c.Dead)
		x.audit.Dead += int64(c.Dead)
	}
	for chunk := x.audit.First / auditChunk; chunk <= x.audit.Last/auditChunk; chunk++ {
		r := Range{max(x.audit.First, chunk*auditChunk), min(x.audit.Last, (chunk+1)*auditChunk-1)}
		c := byChunk[chunk]
		if c.Rows > c.Offsets {
			repeats, err := x.evidence.RepeatedOffsets(ctx, x.audit.Place, r.First, r.Last)
			if err != nil {
				return err
			}
			x.audit.Repeats = append(x.audit.Repeats, repeats...)
		}
		if int64(c.Offsets) < r.Last-r.First+1 {
			if err := x.explain(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// explain finds the offsets of a range that are not there, and why.
func (x *auditor) explain(ctx context.Context, r Range) error {
	stored, err := x.evidence.StoredOffsets(ctx, x.audit.Place, r.First, r.Last, wholeFrom, wholeTo)
	if err != nil {
		return err
	}
	slices.Sort(stored)
	var missing []int64
	next := r.First
	for _, offset := range append(stored, r.Last+1) {
		for ; next < offset; next++ {
			switch {
			case slices.ContainsFunc(x.lost, func(l Range) bool { return next >= l.First && next <= l.Last }):
				x.audit.Lost++
			case next < x.kept:
				x.audit.Unproven++
			default:
				missing = append(missing, next)
			}
		}
		next = offset + 1
	}
	return x.lookUp(ctx, missing)
}

// lookUp reads missing offsets from Kafka: an event that is stored at another offset was produced twice,
// everything else is a hole.
func (x *auditor) lookUp(ctx context.Context, missing []int64) error {
	for len(missing) > 0 {
		records, next, _, err := x.reader.Fetch(ctx, missing[0], idleWait, fetchBytes)
		if err != nil {
			return fmt.Errorf("read the record at offset %d: %w", missing[0], err)
		}
		if next <= missing[0] {
			return fmt.Errorf("read the record at offset %d: kafka does not give it", missing[0])
		}
		n, _ := slices.BinarySearch(missing, next)
		if err := x.judge(ctx, missing[:n], records); err != nil {
			return err
		}
		missing = missing[n:]
	}
	return nil
}

func (x *auditor) judge(ctx context.Context, missing []int64, records []event.Record) error {
	var events []event.Event
	var offsets []int64
	for _, r := range records {
		if _, found := slices.BinarySearch(missing, r.Offset); !found {
			continue
		}
		e, err := x.decode(r)
		if err != nil {
			x.hole(r.Offset)
			continue
		}
		events, offsets = append(events, e), append(offsets, r.Offset)
	}
	found, err := x.evidence.HasEvents(ctx, events)
	for i, there := range found {
		if there {
			x.audit.Merged++
		} else {
			x.hole(offsets[i])
		}
	}
	return err
}

func (x *auditor) hole(offset int64) {
	if n := len(x.audit.Holes); n > 0 && x.audit.Holes[n-1].Last == offset-1 {
		x.audit.Holes[n-1].Last = offset
		return
	}
	x.audit.Holes = append(x.audit.Holes, Range{offset, offset})
}
