// Package stream is the only code that knows Kafka: the format of a record, a Producer for the
// collector and a Source for the consumer.
//
// Contract. Publish returns nil only after Kafka has acknowledged all of the given events on all
// in-sync replicas, or after the spool has synced them to disk; any error means "perhaps not", and
// the caller must say so to whoever sent them. What is in the spool is sent when Kafka takes events
// again, also after a restart. An event can be written twice: by a retry, or when it went to the
// spool although its request, which had timed out, arrived after all. Its id makes that harmless.
//
// A Source hands out partitions, one generation of the group after the other; what they commit is
// fenced, and metadata stands beside it.
package stream

//go:generate sh -c "cd ../../schemas && GOWORK=off go tool -modfile=../deploy/tools/go.mod buf generate"
