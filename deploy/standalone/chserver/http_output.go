package chserver

import (
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// output is the answer to a request over HTTP: headers with the first bytes, then the result through
// the compressions that the client asked for.
type output struct {
	w       http.ResponseWriter
	control *http.ResponseController
	server  *Server
	begun   time.Time
	format  string
	stats   engine.Stats
	blocks  bool   // ClickHouse's own compression, compress=1
	coding  string // Content-Encoding
	tag     string // marks an exception behind the rows, so that no row can look like one
	started bool
	to      io.Writer
	finish  []func() error // innermost first
}

// tagLength is what clients expect of an exception's tag.
const tagLength = 16

func newOutput(s *Server, w http.ResponseWriter, r *http.Request) *output {
	o := &output{w: w, control: http.NewResponseController(w), server: s, begun: time.Now(), to: w, tag: rand.Text()[:tagLength]}
	q := r.URL.Query()
	id := q.Get("query_id")
	if id == "" {
		id = uuid.NewString()
	}
	w.Header().Set("X-ClickHouse-Query-Id", id)
	w.Header().Set("X-ClickHouse-Timezone", s.timezone)
	o.blocks = q.Get("compress") == "1"
	if q.Get("enable_http_compression") == "1" {
		o.coding = coding(r.Header.Get("Accept-Encoding"))
	}
	return o
}

// coding picks the first offered encoding that can be made here.
func coding(accept string) string {
	for offer := range strings.SplitSeq(accept, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if name == "gzip" || name == "zstd" {
			return name
		}
	}
	return ""
}

// Write sends a part of the result.
func (o *output) Write(p []byte) (int, error) {
	if err := o.control.SetWriteDeadline(time.Now().Add(o.server.config.ClientTimeout)); err != nil {
		return 0, fmt.Errorf("set write deadline: %w", err)
	}
	if err := o.start(http.StatusOK); err != nil {
		return 0, err
	}
	return o.to.Write(p)
}

// bodyReader gives the client some time for each part of the body. The deadline is taken off at the
// end: from then on the server only listens for the client to go away.
type bodyReader struct {
	io.Reader
	*output
}

func (o *output) reader(body io.Reader) io.Reader { return bodyReader{body, o} }

func (b bodyReader) Read(p []byte) (int, error) {
	if err := b.control.SetReadDeadline(time.Now().Add(b.server.config.ClientTimeout)); err != nil {
		return 0, fmt.Errorf("set read deadline: %w", err)
	}
	n, err := b.Reader.Read(p)
	if err != nil {
		err = errors.Join(err, b.control.SetReadDeadline(time.Time{}))
	}
	if errors.Is(err, io.EOF) {
		return n, io.EOF
	}
	return n, err
}

// start sends the headers.
func (o *output) start(status int) error {
	if o.started {
		return nil
	}
	o.started = true
	h := o.w.Header()
	h.Set("Content-Type", contentType(o.format))
	if o.format != "" {
		h.Set("X-ClickHouse-Format", o.format)
	}
	h.Set("X-ClickHouse-Summary", o.summary())
	h.Set("X-ClickHouse-Exception-Tag", o.tag)
	h.Set("X-Content-Type-Options", "nosniff")
	if o.coding != "" {
		h.Set("Content-Encoding", o.coding)
	}
	o.w.WriteHeader(status)
	return o.wrap()
}

func (o *output) wrap() error {
	var wrapped io.WriteCloser
	switch o.coding {
	case "gzip":
		wrapped = gzip.NewWriter(o.w)
	case "zstd":
		z, err := zstd.NewWriter(o.w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil {
			return fmt.Errorf("compress the answer: %w", err)
		}
		wrapped = z
	}
	if wrapped != nil {
		o.to = wrapped
		o.finish = append(o.finish, wrapped.Close)
	}
	if o.blocks {
		o.to = &blockCompressor{to: o.to, press: compress.NewWriter(compress.LevelZero, compress.LZ4)}
	}
	return nil
}

// end completes the answer.
func (o *output) end() error {
	if err := o.start(http.StatusOK); err != nil {
		return err
	}
	for _, f := range o.finish {
		if err := f(); err != nil {
			return fmt.Errorf("complete the answer: %w", err)
		}
	}
	return nil
}

// fail answers with an exception; in the middle of a result it appends the text and breaks the
// connection off, so that no client takes the part for the whole.
func (o *output) fail(err error) {
	e := asException(err)
	text := fmt.Sprintf("Code: %d. DB::Exception: %s. (%s) (version %s)\n", e.Code, e.Message, e.Name, o.server.engine.Version())
	if o.started {
		frame := fmt.Sprintf("\r\n__exception__\r\n%s\r\n%s%d %s\r\n__exception__\r\n", o.tag, text, len(text), o.tag)
		_, _ = io.WriteString(o.to, frame) // the connection is broken off in any case
		_ = o.end()
		_ = o.control.Flush()
		o.breakOff()
		return
	}
	o.format, o.blocks, o.coding = "", false, ""
	o.w.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(e.Code))
	if o.start(statusOf(e)) == nil {
		_, _ = io.WriteString(o.to, text) // a client that left needs no answer
	}
}

// breakOff closes the connection without the end of the body: what the server writes from now on fails.
func (o *output) breakOff() {
	if err := o.control.SetWriteDeadline(time.Now().Add(-time.Second)); err != nil {
		o.server.log.Warn("break off an answer over HTTP", "error", err)
	}
}

// summary is ClickHouse's account of a statement, all numbers as texts.
func (o *output) summary() string {
	n := func(v uint64) string { return strconv.FormatUint(v, 10) }
	b, err := json.Marshal(map[string]string{
		"read_rows": n(o.stats.ReadRows), "read_bytes": n(o.stats.ReadBytes),
		"written_rows": n(o.stats.WrittenRows), "written_bytes": n(o.stats.WrittenBytes),
		"total_rows_to_read": "0", "result_rows": n(o.stats.Rows), "result_bytes": n(o.stats.Bytes),
		"elapsed_ns": strconv.FormatInt(time.Since(o.begun).Nanoseconds(), 10),
	})
	if err != nil {
		return "{}"
	}
	return string(b)
}

// blockCompressor writes ClickHouse's compressed blocks.
type blockCompressor struct {
	to    io.Writer
	press *compress.Writer
}

func (c *blockCompressor) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), compressUpTo)
		if err := c.press.Compress(rest[:n]); err != nil {
			return 0, err
		}
		if _, err := c.to.Write(c.press.Data); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}
