package stream

import (
	"bytes"
	"io"

	"github.com/segmentio/kafka-go"
)

var versionHeader = []kafka.Header{{Key: HeaderVersion, Value: []byte(Version)}}

// recordReader hands encoded events to kafka-go, which takes each record before it asks for the
// next one: one record and one reader serve for all of them.
type recordReader struct {
	values [][]byte
	record kafka.Record
	value  valueReader
}

type valueReader struct{ bytes.Reader }

func (*valueReader) Close() error { return nil }

func newRecordReader(values [][]byte) *recordReader {
	r := &recordReader{values: values}
	r.record = kafka.Record{Value: &r.value, Headers: versionHeader}
	return r
}

func (r *recordReader) ReadRecord() (*kafka.Record, error) {
	if len(r.values) == 0 {
		return nil, io.EOF
	}
	r.value.Reset(r.values[0])
	r.values = r.values[1:]
	return &r.record, nil
}
