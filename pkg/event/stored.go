package event

import "time"

// Stored is an event with the place in the stream that it was read from: one row of the table events.
type Stored struct {
	Event     Event
	Partition int   // Kafka partition
	Offset    int64 // offset within the partition
}

// Dead is a record that could not become an event: one row of the table events_dead.
type Dead struct {
	Partition int       // Kafka partition
	Offset    int64     // offset within the partition
	Time      time.Time // when Kafka took the record
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
