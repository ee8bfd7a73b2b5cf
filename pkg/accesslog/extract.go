package accesslog

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// Extractor makes events of the lines of one log after the other. It is for one goroutine.
//
// The id of an event, which is also its view's, is event.ContentID of the line's time and the first
// 80 bits of SHA-256 over
//
//	length of the site key (1 byte) · site key · SHA-256 of the log's first line ·
//	offset of the line (8 bytes, big endian) · the line
//
// with lines without their ends, the first line cut to MaxLine, and offsets in the decompressed
// log. The first line stands for the file because it stays while the file grows, is renamed, copied
// or compressed, and because two logs of one site seldom begin with the same line; a head of fixed
// size would change while a young file grows.
type Extractor struct {
	site  string
	views Views
	seed  []byte // what the hashes of all lines of one log begin with
	// steady is what the hashes of a stream's lines with a request id begin with; nil for a file.
	steady []byte
	input  []byte
	form   *format.Format
	line   format.Line
}

// NewExtractor makes an Extractor for one site.
func NewExtractor(site string, form *format.Format, views Views) *Extractor {
	return &Extractor{site: site, form: form, views: views}
}

// BeginStream says that the next lines come from no file. A line with a request id gets its event's id
// from its content alone; another one also from its Offset, which must count the lines, and from a
// number drawn now.
func (x *Extractor) BeginStream() {
	var drawn LineHash
	rand.Read(drawn[:]) // never fails: crypto/rand ends the process instead
	x.Begin(drawn)
	x.steady = append(append([]byte{byte(len(x.site))}, x.site...), "request id"...)
}

// Begin says which log the next lines come from.
func (x *Extractor) Begin(first LineHash) {
	x.seed = append(append(x.seed[:0], byte(len(x.site))), x.site...)
	x.seed = append(x.seed, first[:]...)
}

// Event fills p with the view that a line reports and returns the line's time, or says why it is
// none.
func (x *Extractor) Event(raw RawLine, p *event.Posted) (time.Time, format.Reason) {
	if raw.TooLong {
		return time.Time{}, format.SkipTooLong
	}
	reason := x.form.Read(&x.line, raw.Bytes)
	if !raw.Whole && (reason != "" || !x.line.Whole()) {
		return time.Time{}, format.SkipHalfLine // what it grows to would be another view under another id
	}
	if reason != "" {
		return time.Time{}, reason
	}
	if reason := x.views.Skip(&x.line); reason != "" {
		return time.Time{}, reason
	}
	x.line.Posted(p, x.site, x.id(raw))
	return x.line.Time, ""
}

func (x *Extractor) id(raw RawLine) event.ID {
	if x.steady != nil && x.line.RequestID != "" {
		x.input = append(append(x.input[:0], x.steady...), raw.Bytes...)
		sum := sha256.Sum256(x.input)
		return event.ContentID(x.line.Time, [10]byte(sum[:10]))
	}
	x.input = append(x.input[:0], x.seed...)
	x.input = binary.BigEndian.AppendUint64(x.input, uint64(raw.Offset))
	x.input = append(x.input, raw.Bytes...)
	sum := sha256.Sum256(x.input)
	return event.ContentID(x.line.Time, [10]byte(sum[:10]))
}
