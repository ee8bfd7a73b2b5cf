package stream

import (
	"encoding/hex"
	"flag"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream/eventpb"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var compareAddresses = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

func TestRoundTripKeepsEveryField(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		want := randomEvent(random)
		encoded := Encode([]byte("before"), &want)
		got, err := Decode(encoded[len("before"):])
		if err != nil {
			t.Fatalf("decode %s: %v", want.String(), err)
		}
		if diff := cmp.Diff(want, got, compareAddresses); diff != "" {
			t.Fatalf("round trip (-want +got):\n%s", diff)
		}
	}
}

func TestZeroEventIsEmpty(t *testing.T) {
	var zero event.Event
	if b := Encode(nil, &zero); len(b) != 0 {
		t.Errorf("zero event encodes as %x", b)
	}
	if got, err := Decode(nil); err != nil || !cmp.Equal(got, zero, compareAddresses) {
		t.Errorf("Decode(nil) = %v, %v", got, err)
	}
}

// TestFormatOnWire holds the bytes: what was written once must be readable for ever.
func TestFormatOnWire(t *testing.T) {
	file := filepath.Join("testdata", "event.v1.hex")
	want := fullEvent()
	encoded := Encode(nil, &want)
	if *update {
		if err := os.WriteFile(file, []byte(hex.Dump(encoded)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), hex.Dump(encoded)); diff != "" {
		t.Errorf("bytes of a full event (-golden +now):\n%s", diff)
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	want := fullEvent()
	b := Encode(nil, &want)
	b = protowire.AppendTag(b, 9999, protowire.BytesType)
	b = protowire.AppendString(b, "from the future")
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, compareAddresses); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUndecodable(t *testing.T) {
	full := fullEvent()
	whole := Encode(nil, &full)
	f := func(name, version string, value []byte, want event.Reason) {
		t.Helper()
		_, err := DecodeRecord(event.Record{Version: version, Value: value})
		inv, ok := event.AsInvalid(err)
		if !ok || inv.Reason != want {
			t.Errorf("%s: error %v, want reason %s", name, err, want)
		}
	}
	f("no version", "", whole, event.ReasonUnknownVersion)
	f("later version", "2", whole, event.ReasonUnknownVersion)
	f("text", "1", []byte("not protobuf"), event.ReasonUndecodable)
	f("torn", "1", whole[:len(whole)-3], event.ReasonUndecodable)
	f("short id", "1", mustMarshal(t, &eventpb.Event{EventId: []byte{1}}), event.ReasonUndecodable)
	f("long view id", "1", mustMarshal(t, &eventpb.Event{ViewId: make([]byte, 17)}), event.ReasonUndecodable)
	f("address of 5 bytes", "1", mustMarshal(t, &eventpb.Event{Address: make([]byte, 5)}), event.ReasonUndecodable)
	f("kind 257", "1", mustMarshal(t, &eventpb.Event{Kind: 257}), event.ReasonUndecodable)
	f("witness -1", "1", mustMarshal(t, &eventpb.Event{Witness: -1}), event.ReasonUndecodable)
	f("mode 256", "1", mustMarshal(t, &eventpb.Event{AddressMode: 256}), event.ReasonUndecodable)
	f("scroll 300", "1", mustMarshal(t, &eventpb.Event{ScrollPct: 300}), event.ReasonUndecodable)
	f("screen 70000", "1", mustMarshal(t, &eventpb.Event{ScreenPx: 70000}), event.ReasonUndecodable)
	f("status 65736", "1", mustMarshal(t, &eventpb.Event{Log: &eventpb.Log{Status: 65736}}), event.ReasonUndecodable)
}

func mustMarshal(t *testing.T, m *eventpb.Event) []byte {
	t.Helper()
	b, err := m.MarshalVT()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzDecode looks for a panic, and for an event that changes when it is written again.
func FuzzDecode(f *testing.F) {
	full := fullEvent()
	f.Add(Encode(nil, &full))
	f.Add([]byte{})
	f.Add([]byte{0x0a, 0x01, 0xff})
	f.Add([]byte{0xba, 0x01, 0x04, 0x0a, 0x00, 0x12, 0x00})
	f.Fuzz(func(t *testing.T, value []byte) {
		e, err := Decode(value)
		if err != nil {
			if _, ok := event.AsInvalid(err); !ok {
				t.Fatalf("error without a reason: %v", err)
			}
			return
		}
		again, err := Decode(Encode(nil, &e))
		if err != nil {
			t.Fatalf("decode what was just encoded: %v", err)
		}
		if diff := cmp.Diff(e, again, compareAddresses); diff != "" {
			t.Fatalf("changed by a round trip:\n%s", diff)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	e := typicalEvent()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = Encode(buf[:0], &e)
	}
	b.ReportMetric(float64(len(buf)), "bytes/event")
}

func BenchmarkDecode(b *testing.B) {
	e := typicalEvent()
	value := Encode(nil, &e)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(value); err != nil {
			b.Fatal(err)
		}
	}
}

// fullEvent has a value in every field.
func fullEvent() event.Event {
	e := typicalEvent()
	e.Age, e.Scroll, e.Name = 250, 80, "signup"
	e.Props = map[string]string{"plan": "pro"}
	e.Campaign = event.Campaign{Source: "news", Medium: "mail", Name: "spring", Term: "shoes", Content: "top"}
	e.Log = event.Log{Method: "GET", Status: 200, Bytes: 5120, ContentType: "text/html", Duration: 12}
	e.Hints = event.Hints{Brands: `"Chromium";v="130"`, Platform: `"Linux"`, Mobile: "?0"}
	e.Enrich = event.Enrichment{
		Country: "DE", City: "Berlin", ASN: 64496, Organisation: "Example Net", NetworkClass: "access",
		Browser: "Chrome", OS: "Linux", Device: "desktop", BotReasons: 5, Rules: "2026-01",
	}
	return e
}

// typicalEvent is what a beacon sends.
func typicalEvent() event.Event {
	at := time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC)
	return event.Event{
		ID: event.ContentID(at, [10]byte{1}), ViewID: event.ContentID(at, [10]byte{2}), Site: "demo",
		Kind: event.Engagement, Witness: event.Beacon, Time: at, Received: at.Add(50 * time.Millisecond),
		Address: netip.MustParseAddr("192.0.2.7"), AddressMode: event.Full,
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
		Host:      "demo.example", Path: "/articles/how-to-count", Query: "page=2", Title: "How to count",
		Referrer: "https://search.example/", RequestID: "5f1c2a9b7d3e4f60", Language: "en-GB",
		Engaged: 41_000, Screen: 1280,
	}
}

func randomEvent(r *rand.Rand) event.Event {
	at := time.UnixMilli(1 + r.Int64N(4e12)).UTC()
	e := event.Event{
		ID: event.ContentID(at, [10]byte{byte(r.Int())}), ViewID: event.ContentID(at, [10]byte{1, byte(r.Int())}),
		Site: text(r), Kind: event.Kind(r.IntN(256)), Witness: event.Witness(r.IntN(256)),
		Time: at, Received: at.Add(time.Duration(r.Int64N(1e6)) * time.Millisecond),
		Address: address(r), AddressMode: event.AddressMode(r.IntN(256)), UserAgent: text(r),
		Host: text(r), Path: text(r), Query: text(r), Title: text(r), Referrer: text(r), RequestID: text(r),
		Language: text(r), Engaged: int64(r.Uint64()), Age: int64(r.Uint64()),
		Scroll: uint8(r.Int()), Screen: uint16(r.Int()), Name: text(r),
		Campaign: event.Campaign{Source: text(r), Medium: text(r), Name: text(r), Term: text(r), Content: text(r)},
		Log: event.Log{
			Method: text(r), Status: uint16(r.Int()), Bytes: r.Uint64(), ContentType: text(r), Duration: r.Uint32(),
		},
		Hints: event.Hints{Brands: text(r), Platform: text(r), Mobile: text(r)},
		Enrich: event.Enrichment{
			Country: text(r), City: text(r), ASN: r.Uint32(), Organisation: text(r), NetworkClass: text(r),
			Browser: text(r), OS: text(r), Device: text(r), BotReasons: r.Uint64(), Rules: text(r),
		},
	}
	if n := r.IntN(4); n > 0 {
		e.Props = map[string]string{}
		for range n {
			e.Props[text(r)] = text(r)
		}
	}
	return e
}

func text(r *rand.Rand) string {
	runes := []rune("abcz019-._/ äß漢𝄞")
	s := make([]rune, r.IntN(12))
	for i := range s {
		s[i] = runes[r.IntN(len(runes))]
	}
	return string(s)
}

func address(r *rand.Rand) netip.Addr {
	var b [16]byte
	for i := range b {
		b[i] = byte(r.Int())
	}
	if r.IntN(2) == 0 {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16(b)
}
