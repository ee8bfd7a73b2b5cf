package stream

import "fmt"

// Why Publish could not promise that the events are stored; they label the collector's counters.
const (
	ReasonQueueFull = "queue_full"    // too much waits already; nothing was written
	ReasonTimeout   = "kafka_timeout" // no acknowledgement in time; perhaps written
	ReasonRefused   = "kafka_refused" // Kafka refused for good, e.g. not authorised; perhaps partly written
	ReasonTooLarge  = "too_large"     // one event is larger than Kafka takes; the others of the call perhaps written
	ReasonClosed    = "stopping"      // the producer has stopped; perhaps written
	ReasonSpool     = "spool"         // Kafka is slow or away, and the spool is full or cannot write; perhaps written
)

// Unaccepted is the error of Publish: neither Kafka nor the spool has all of the events for sure. Except for
// too_large, sending the same events again later is right.
type Unaccepted struct {
	reason string
	err    error
}

func unaccepted(reason string, err error) *Unaccepted { return &Unaccepted{reason, err} }

// Reason is one of the Reason constants.
func (u *Unaccepted) Reason() string { return u.reason }

func (u *Unaccepted) Error() string { return fmt.Sprintf("publish events: %s: %v", u.reason, u.err) }

func (u *Unaccepted) Unwrap() error { return u.err }
