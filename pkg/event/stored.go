package event

import "time"

// Stored is an event with the place in the stream that it was read from: one row of the table events.
type Stored struct {
	Event     Event
	Partition int    // Kafka partition
	Epoch     uint64 // of the partition, as in Place
	Offset    int64  // offset within the partition
}

// Place is one life of one partition. Offsets are unique within it: a topic that is deleted and made
// again counts from zero anew, in another epoch.
type Place struct {
	Stream    string // topic and cluster
	Partition int
	Epoch     uint64 // when the consumer first met this life, in ms since 1970
}

// Run is a range of offsets that one worker has accounted for: one row of the table ingest_runs.
type Run struct {
	Place
	Begin, End int64 // first and last offset
	Rows, Dead int64 // how many of them the worker stored, as events and as dead letters
	Kind       RunKind
	Mark       uint64    // tells the record at End from another life's; 0 when it is not known
	Time       time.Time // when it was written
}

// RunKind says what became of a run's offsets.
type RunKind int8

// The kinds, as the table numbers them.
const (
	RunStored  RunKind = iota + 1 // as rows or dead letters
	RunLost                       // Kafka had deleted them before they were read
	RunRewound                    // the worker went back to Begin: the runs written before no longer tell what is stored
)

// OffsetCount is what the warehouse holds of one chunk of offsets.
type OffsetCount struct {
	Chunk               int64  // offsets from Chunk × size on
	Rows, Offsets, Dead uint64 // rows and dead letters, their different offsets, and the dead letters alone
}

// Dead is a record that could not become an event: one row of the table events_dead.
type Dead struct {
	Partition int       // Kafka partition
	Epoch     uint64    // of the partition, as in Place
	Offset    int64     // offset within the partition
	Time      time.Time // when Kafka took the record
	Version   string    // format of Value, as in Record
	Value     []byte    // the record's bytes as they came, so that it can be replayed
	Reason    string    // a short name for counting, e.g. "undecodable" or a Reason of this package
	Error     string    // what was wrong, for people
}

// Record is what the stream holds at one place, before it is decoded.
type Record struct {
	Partition int       // Kafka partition
	Offset    int64     // offset within the partition
	Time      time.Time // when Kafka took the record
	Version   string    // format of Value, from the record's header `v`; "" when it has none
	Value     []byte
}

// Reasons that only records have: they were written by something else than our producers.
const (
	ReasonUndecodable    Reason = "undecodable"
	ReasonUnknownVersion Reason = "unknown_version"
)
