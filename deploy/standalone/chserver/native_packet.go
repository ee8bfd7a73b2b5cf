package chserver

import (
	"errors"
	"fmt"

	chproto "github.com/ClickHouse/ch-go/proto"
)

// Packets are decoded here and not by ch-go, whose decoder makes room for whatever length a client
// names. What this server has no use for is read over.

// Bounds of a Query packet beside Config.MaxQueryBytes.
const (
	maxPacketText = 1 << 20
	maxSettings   = 10_000
)

// wireQuery is a Query packet.
type wireQuery struct {
	Text       string
	Compressed bool
	Settings   []wireSetting
	Params     []wireSetting
}

// wireSetting is a setting, or a parameter with its value in quotes.
type wireSetting struct {
	Name, Value string
	Important   bool // an unknown name is an error
}

// packetReader reads the fields of packets and keeps the first error.
type packetReader struct {
	in  *chproto.Reader
	err error
}

func (r *packetReader) number() (n int) {
	if r.err == nil {
		n, r.err = r.in.Int()
	}
	return n
}

func (r *packetReader) skip(bytes int) {
	if r.err == nil {
		_, r.err = r.in.ReadRaw(bytes)
	}
}

func (r *packetReader) byte() (b byte) {
	if r.err == nil {
		b, r.err = r.in.ReadByte()
	}
	return b
}

// text reads a text of at most limit bytes.
func (r *packetReader) text(limit int) string {
	n := r.number()
	if r.err == nil && (n < 0 || n > limit) {
		r.err = fmt.Errorf("text of %d bytes, at most %d are taken", n, limit)
	}
	if r.err != nil {
		return ""
	}
	b, err := r.in.ReadRaw(n)
	r.err = err
	return string(b)
}

// errOldClient is for clients from before 2019, which send settings as values.
var errOldClient = errors.New("the client's protocol is too old: settings as texts are wanted")

// readQuery reads what follows the code of a Query packet.
func readQuery(in *chproto.Reader, revision, maxText int) (*wireQuery, error) {
	r := &packetReader{in: in}
	q := new(wireQuery)
	r.text(maxPacketText) // query id: the engine gives its own
	if chproto.FeatureClientWriteInfo.In(revision) {
		r.skipClientInfo(revision)
	}
	if !chproto.FeatureSettingsSerializedAsStrings.In(revision) {
		return nil, errOldClient
	}
	q.Settings = r.settings()
	if chproto.FeatureInterServerSecret.In(revision) {
		r.text(maxPacketText)
	}
	r.number() // stage up to which to run: always to the end
	q.Compressed = r.number() == int(chproto.CompressionEnabled)
	q.Text = r.text(maxText)
	if chproto.FeatureParameters.In(revision) {
		q.Params = r.settings()
	}
	if r.err != nil {
		return nil, fmt.Errorf("read query packet: %w", r.err)
	}
	return q, nil
}

// settings reads names with values up to an empty name.
func (r *packetReader) settings() (all []wireSetting) {
	for {
		name := r.text(maxPacketText)
		if name == "" || r.err != nil {
			return all
		}
		if len(all) == maxSettings {
			r.err = fmt.Errorf("more than %d settings or parameters", maxSettings)
			return nil
		}
		const important = 1
		flags := r.number()
		all = append(all, wireSetting{Name: name, Value: r.text(maxPacketText), Important: flags&important != 0})
	}
}

// skipClientInfo reads over who the client says it is.
func (r *packetReader) skipClientInfo(revision int) {
	texts := func(n int) {
		for range n {
			r.text(maxPacketText)
		}
	}
	if r.byte() == byte(chproto.ClientQueryNone) {
		return
	}
	texts(3) // initial user, query id, address
	if chproto.FeatureQueryStartTime.In(revision) {
		r.skip(8)
	}
	r.byte()   // interface
	texts(3)   // user of the system, host, name of the client
	r.number() // version: major,
	r.number() // minor,
	r.number() // protocol
	if chproto.FeatureQuotaKeyInClientInfo.In(revision) {
		texts(1)
	}
	if chproto.FeatureDistributedDepth.In(revision) {
		r.number()
	}
	if chproto.FeatureVersionPatch.In(revision) {
		r.number()
	}
	if chproto.FeatureOpenTelemetry.In(revision) && r.byte() != 0 {
		r.skip(16 + 8) // trace and span
		texts(1)       // state
		r.byte()       // flags
	}
	if chproto.FeatureParallelReplicas.In(revision) {
		r.number()
		r.number()
		r.number()
	}
}
