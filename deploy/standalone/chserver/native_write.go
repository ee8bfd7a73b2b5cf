package chserver

import (
	"net"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	chproto "github.com/ClickHouse/ch-go/proto"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/block"
)

// compressUpTo is the size of a piece that is compressed on its own.
const compressUpTo = 1 << 20

// packetWriter sends packets to a client of the native protocol. It is safe for concurrent use.
type packetWriter struct {
	mu       sync.Mutex
	conn     net.Conn
	timeout  time.Duration
	buf      chproto.Buffer
	press    *compress.Writer
	squeeze  bool
	revision int
}

func newPacketWriter(conn net.Conn, timeout time.Duration) *packetWriter {
	return &packetWriter{conn: conn, timeout: timeout, press: compress.NewWriter(compress.LevelZero, compress.LZ4)}
}

// start sets how the answer to a statement is written.
func (w *packetWriter) start(compressed bool, revision int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.squeeze, w.revision = compressed, revision
}

// packet sends what encode writes.
func (w *packetWriter) packet(encode func(*chproto.Buffer)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Reset()
	encode(&w.buf)
	return w.flush()
}

func (w *packetWriter) flush() error {
	if err := w.conn.SetWriteDeadline(time.Now().Add(w.timeout)); err != nil {
		return err
	}
	_, err := w.conn.Write(w.buf.Buf)
	return err
}

// data sends a block, compressed if the client asked for that.
func (w *packetWriter) data(block []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Reset()
	chproto.ServerCodeData.Encode(&w.buf)
	w.buf.PutString("") // name of the table
	if !w.squeeze {
		w.buf.Buf = append(w.buf.Buf, block...)
		return w.flush()
	}
	for rest := block; len(rest) > 0; {
		n := min(len(rest), compressUpTo)
		if err := w.press.Compress(rest[:n]); err != nil {
			return err
		}
		w.buf.Buf = append(w.buf.Buf, w.press.Data...)
		rest = rest[n:]
	}
	return w.flush()
}

// progress adds to the client's figures; revisions before 54460 have fewer of them.
func (w *packetWriter) progress(p chproto.Progress) error {
	return w.packet(func(b *chproto.Buffer) {
		chproto.ServerCodeProgress.Encode(b)
		p.EncodeAware(b, w.revision)
	})
}

// firstWithInsertEvents is the revision from which clients wait for profile events after each block
// of an insert.
const firstWithInsertEvents = 54456

// events is the shape of a packet of profile events.
var events = block.Block{Columns: []block.Column{
	{Name: "host_name", Type: "String"}, {Name: "current_time", Type: "DateTime"}, {Name: "thread_id", Type: "UInt64"},
	{Name: "type", Type: "Enum8('increment' = 1, 'gauge' = 2)"}, {Name: "name", Type: "String"}, {Name: "value", Type: "Int64"},
}}

// profileEvents sends an empty list of them; the packet is never compressed.
func (w *packetWriter) profileEvents() error {
	if w.revision < firstWithInsertEvents {
		return nil
	}
	return w.packet(func(b *chproto.Buffer) {
		chproto.ServerProfileEvents.Encode(b)
		b.PutString("") // name of the table
		b.Buf = events.Append(b.Buf, w.revision)
	})
}
