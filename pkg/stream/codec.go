package stream

import (
	"net/netip"
	"sync"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream/eventpb"
)

// Version is the format that Encode writes and Decode reads; records carry it in the header HeaderVersion.
const (
	Version       = "1"
	HeaderVersion = "v"
)

// Encode appends the event in the format of schemas/event.proto to dst. Every event can be encoded,
// also one that Validate would refuse; a time is cut to milliseconds, the zero time is left out.
func Encode(dst []byte, e *event.Event) []byte {
	m := message(e)
	size := m.SizeVT()
	dst = append(dst, make([]byte, size)...)
	_, _ = m.MarshalToSizedBufferVT(dst) // writes from the end; it only fails for a buffer that is too small
	return dst
}

// messages are protobuf messages to decode into: one for each record would be garbage at once.
var messages = sync.Pool{New: func() any { return new(eventpb.Event) }}

// DecodeRecord decodes a record's value if its header states a version that this code knows. The
// error is an *event.Invalid with the reason unknown_version or one of Decode's.
func DecodeRecord(r event.Record) (event.Event, error) {
	if r.Version != Version {
		return event.Event{}, event.NewInvalid("header v", r.Version, event.ReasonUnknownVersion, "must be "+Version)
	}
	return Decode(r.Value)
}

// Decode reads what Encode wrote; fields that it does not know are ignored. The event's texts share
// the memory of value, which must not change afterwards. Decode checks the format only: what it
// returns may still be refused by Validate. The error is an *event.Invalid with the reason undecodable.
func Decode(value []byte) (event.Event, error) {
	m := messages.Get().(*eventpb.Event)
	defer func() {
		m.Reset()
		messages.Put(m)
	}()
	if err := m.UnmarshalVTUnsafe(value); err != nil {
		return event.Event{}, undecodable("value", "is not an event: "+err.Error())
	}
	e := event.Event{
		Site: m.Site, Time: instant(m.TimeMs), Received: instant(m.ReceivedMs),
		UserAgent: m.UserAgent, Host: m.Host, Path: m.Path, Query: m.Query,
		Title: m.Title, Referrer: m.Referrer, RequestID: m.RequestId, Language: m.Language,
		Engaged: m.EngagedMs, Age: m.AgeMs, Name: m.Name, Props: m.Props,
	}
	if err := decodeIdentity(&e, m); err != nil {
		return event.Event{}, err
	}
	if err := decodeNumbers(&e, m); err != nil {
		return event.Event{}, err
	}
	decodeGroups(&e, m)
	return e, nil
}

func decodeIdentity(e *event.Event, m *eventpb.Event) (err error) {
	if e.ID, err = id("event_id", m.EventId); err != nil {
		return err
	}
	if e.ViewID, err = id("view_id", m.ViewId); err != nil {
		return err
	}
	if len(m.Address) == 0 {
		return nil
	}
	var ok bool
	if e.Address, ok = netip.AddrFromSlice(m.Address); !ok {
		return undecodable("address", "must have 4 or 16 bytes")
	}
	return nil
}

func id(field string, b []byte) (id event.ID, err error) {
	if len(b) != 0 && len(b) != len(id) {
		return id, undecodable(field, "must have 16 bytes")
	}
	copy(id[:], b)
	return id, nil
}

// decodeNumbers refuses what would be cut off by the event's narrower types.
func decodeNumbers(e *event.Event, m *eventpb.Event) error {
	e.Kind, e.Witness, e.AddressMode = event.Kind(m.Kind), event.Witness(m.Witness), event.AddressMode(m.AddressMode)
	e.Scroll, e.Screen = uint8(m.ScrollPct), uint16(m.ScreenPx)
	status := m.GetLog().GetStatus()
	e.Log.Status = uint16(status)
	switch {
	case eventpb.Kind(e.Kind) != m.Kind:
		return undecodable("kind", "must be a small number")
	case eventpb.Witness(e.Witness) != m.Witness:
		return undecodable("witness", "must be a small number")
	case eventpb.AddressMode(e.AddressMode) != m.AddressMode:
		return undecodable("address_mode", "must be a small number")
	case uint32(e.Scroll) != m.ScrollPct:
		return undecodable("scroll_pct", "must fit into a byte")
	case uint32(e.Screen) != m.ScreenPx:
		return undecodable("screen_px", "must fit into two bytes")
	case uint32(e.Log.Status) != status:
		return undecodable("status", "must fit into two bytes")
	}
	return nil
}

func decodeGroups(e *event.Event, m *eventpb.Event) {
	if c := m.Campaign; c != nil {
		e.Campaign = event.Campaign{Source: c.Source, Medium: c.Medium, Name: c.Name, Term: c.Term, Content: c.Content}
	}
	if l := m.Log; l != nil {
		e.Log.Method, e.Log.Bytes, e.Log.ContentType, e.Log.Duration = l.Method, l.Bytes, l.ContentType, l.DurationMs
	}
	if h := m.Hints; h != nil {
		e.Hints = event.Hints{Brands: h.Brands, Platform: h.Platform, Mobile: h.Mobile}
	}
	if n := m.Enrichment; n != nil {
		e.Enrich = event.Enrichment{
			Country: n.Country, City: n.City, ASN: n.Asn, Organisation: n.Organisation, NetworkClass: n.NetworkClass,
			Browser: n.Browser, OS: n.Os, Device: n.Device, BotReasons: n.BotReasons, Rules: n.Rules,
		}
	}
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func undecodable(field, detail string) error {
	return event.NewInvalid(field, "", event.ReasonUndecodable, detail)
}
