package consumer

import (
	"slices"
	"time"
	"unsafe"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// batch is what one intent covers: the records [begin…end] of one partition.
type batch struct {
	begin, end int64
	records    []event.Record
	rows       []event.Stored
	dead       []event.Dead
	refused    int   // of the rows, by the warehouse: they are among the dead
	bytes      int   // of the records' values
	memory     int64 // taken from the budget
}

// rowBytes is what a record takes beside its value.
const rowBytes = int64(unsafe.Sizeof(event.Stored{}) + unsafe.Sizeof(event.Record{}))

func (b *batch) empty() bool { return b.end < b.begin }

// size is what records take from the budget.
func size(records []event.Record) (n int64) {
	for i := range records {
		n += rowBytes + int64(len(records[i].Value))
	}
	return n
}

// add takes a record in. What cannot be decoded or is not valid becomes a dead letter.
func (b *batch) add(r event.Record, epoch uint64, decode Decoder) {
	b.bytes += len(r.Value)
	b.records = append(b.records, r)
	b.rows = append(b.rows, event.Stored{Partition: r.Partition, Epoch: epoch, Offset: r.Offset})
	row := &b.rows[len(b.rows)-1]
	var err error
	if row.Event, err = decode(r); err == nil {
		err = row.Event.Validate()
	}
	if err != nil {
		b.rows = b.rows[:len(b.rows)-1]
		b.bury(r, epoch, reasonOf(err), err)
	}
}

func reasonOf(err error) event.Reason {
	if inv, ok := event.AsInvalid(err); ok {
		return inv.Reason
	}
	return event.ReasonUndecodable
}

func (b *batch) bury(r event.Record, epoch uint64, reason event.Reason, err error) {
	b.dead = append(b.dead, event.Dead{
		Partition: r.Partition, Epoch: epoch, Offset: r.Offset, Time: r.Time, Version: r.Version, Value: r.Value,
		Reason: string(reason), Error: err.Error(),
	})
}

// record finds the record at an offset.
func (b *batch) record(offset int64) event.Record {
	i, _ := slices.BinarySearchFunc(b.records, offset, func(r event.Record, o int64) int { return int(r.Offset - o) })
	return b.records[i]
}

// mark is the one of the last record, 0 when there is none.
func (b *batch) mark() uint64 {
	if len(b.records) == 0 {
		return 0
	}
	return mark(b.records[len(b.records)-1])
}

// times are the earliest and the latest event.
func (b *batch) times() (from, to time.Time) {
	for i := range b.rows {
		t := b.rows[i].Event.Time
		if i == 0 || t.Before(from) {
			from = t
		}
		if i == 0 || t.After(to) {
			to = t
		}
	}
	return from, to
}

// drop takes out what is stored already.
func (b *batch) drop(stored []int64) {
	there := make(map[int64]struct{}, len(stored))
	for _, offset := range stored {
		there[offset] = struct{}{}
	}
	gone := func(offset int64) bool { _, ok := there[offset]; return ok }
	b.rows = slices.DeleteFunc(b.rows, func(r event.Stored) bool { return gone(r.Offset) })
	b.dead = slices.DeleteFunc(b.dead, func(d event.Dead) bool { return gone(d.Offset) })
}

// days splits the rows by UTC day, in the order of the days and of the offsets within: each day is a
// partition of the table, and a block that lies within one is stored whole or not at all.
func (b *batch) days() [][]event.Stored {
	from, to := b.times()
	if len(b.rows) == 0 || day(from) == day(to) {
		return [][]event.Stored{b.rows}
	}
	slices.SortStableFunc(b.rows, func(x, y event.Stored) int { return int(day(x.Event.Time) - day(y.Event.Time)) })
	var days [][]event.Stored
	for rest := b.rows; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(r event.Stored) bool { return day(r.Event.Time) != day(rest[0].Event.Time) })
		if n < 0 {
			n = len(rest)
		}
		days = append(days, rest[:n])
		rest = rest[n:]
	}
	return days
}

func day(t time.Time) int64 {
	return t.Unix() / (24 * 60 * 60)
}

// buffer is memory for the rows of a batch: they are large, and letting it grow again would cost as much
// as decoding them.
func (c *Consumer) buffer() []event.Stored {
	select {
	case rows := <-c.buffers:
		return rows
	default:
		return nil
	}
}

// maxBuffers is how many are kept; more partitions than that in one process are rare.
const maxBuffers = 16

// keep takes the memory back.
func (c *Consumer) keep(rows []event.Stored) {
	clear(rows) // lets go of the texts
	if cap(rows) == 0 {
		return
	}
	select {
	case c.buffers <- rows[:0]:
	default:
	}
}
