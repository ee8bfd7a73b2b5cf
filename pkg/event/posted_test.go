package event

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var received = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// arrived is an event as the collector has it before the posted fields are filled in.
func arrived() Event {
	return Event{Received: received, Address: netip.MustParseAddr("192.0.2.1"), AddressMode: Full, Witness: Beacon}
}

func filled(t *testing.T, body string) Event {
	t.Helper()
	var p Posted
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatal(err)
	}
	e := arrived()
	if err := p.Fill(&e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestFillTakesEveryField(t *testing.T) {
	got := filled(t, `{"site":"demo","type":"custom","url":"https://demo/a?b","name":"signup",
		"event_id":"01234567-89ab-7cde-8f01-23456789abcd","view_id":"11234567-89ab-7cde-8f01-23456789abcd",
		"request_id":"r1","title":"T","referrer":"https://search.example/","language":"de",
		"age_ms":1500,"engaged_ms":40,"scroll_pct":99,"screen_px":1200,
		"utm_source":"s","utm_medium":"m","utm_campaign":"c","utm_term":"t","utm_content":"x",
		"props":{"plan":"pro","n":1.50,"ok":true}}`)
	want := arrived()
	want.Site, want.Kind, want.Name = "demo", Custom, "signup"
	want.Host, want.Path, want.Query = "demo", "/a", "b"
	want.Title, want.Referrer, want.RequestID, want.Language = "T", "https://search.example/", "r1", "de"
	want.Time, want.Age = received.Add(-1500*time.Millisecond), 1500
	want.Engaged, want.Scroll, want.Screen = 40, 99, 1200
	want.Campaign = Campaign{"s", "m", "c", "t", "x"}
	want.Props = map[string]string{"plan": "pro", "n": "1.50", "ok": "true"}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Event{}, "ID", "ViewID"), cmp.Comparer(sameAddr)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.ID.String() != "01234567-89ab-7cde-8f01-23456789abcd" || got.ViewID.String() != "11234567-89ab-7cde-8f01-23456789abcd" {
		t.Errorf("ids %s and %s", got.ID, got.ViewID)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
}

func sameAddr(a, b netip.Addr) bool { return a == b }

func TestFillDerivesIDs(t *testing.T) {
	e := filled(t, `{"site":"demo","type":"pageview","url":"/"}`)
	if e.ID.IsZero() || e.ViewID != e.ID {
		t.Errorf("without ids: event %s, view %s", e.ID, e.ViewID)
	}
	const given = "01234567-89ab-7cde-8f01-23456789abcd"
	e = filled(t, `{"site":"demo","type":"pageview","url":"/","event_id":"`+given+`"}`)
	if e.ID.String() != given || e.ViewID != e.ID {
		t.Errorf("with an event id: event %s, view %s", e.ID, e.ViewID)
	}
	e = filled(t, `{"site":"demo","type":"engagement","url":"/","view_id":"`+given+`"}`)
	if e.ViewID.String() != given || e.ID.IsZero() || e.ID == e.ViewID {
		t.Errorf("with a view id: event %s, view %s", e.ID, e.ViewID)
	}
}

func TestFillClampsAge(t *testing.T) {
	f := func(age string, want time.Duration) {
		t.Helper()
		e := filled(t, `{"site":"demo","type":"pageview","url":"/","age_ms":`+age+`}`)
		if got := e.Received.Sub(e.Time); got != want || e.Age != want.Milliseconds() {
			t.Errorf("age %s: time lies %s back, age %d", age, got, e.Age)
		}
	}
	f("0", 0)
	f("1500", 1500*time.Millisecond)
	f("-5", 0)
	f("9223372036854775807", MaxAge)
	f("-9223372036854775808", 0)
}

func TestFillRefuses(t *testing.T) {
	f := func(p Posted, field string, reason Reason) {
		t.Helper()
		e := arrived()
		inv, ok := AsInvalid(p.Fill(&e))
		if !ok || inv.Field != field || inv.Reason != reason {
			t.Errorf("%+v: %v, want %s %s", p, inv, field, reason)
		}
	}
	f(Posted{URL: "/"}, "type", ReasonMissing)
	f(Posted{Type: "click", URL: "/"}, "type", ReasonUnknownValue)
	f(Posted{Type: "pageview"}, "url", ReasonMissing)
	f(Posted{Type: "engagement", URL: "/"}, "view_id", ReasonMissing)
	f(Posted{Type: "pageview", URL: "/", EventID: "x"}, "event_id", ReasonMalformed)
	f(Posted{Type: "pageview", URL: "/", ViewID: "x"}, "view_id", ReasonMalformed)
	f(Posted{Type: "pageview", URL: "/", Referrer: "http://x/" + strings.Repeat("x", MaxReferrer)}, "referrer", ReasonTooLong)
	f(Posted{Type: "pageview", URL: "/", Referrer: "http://x/\x01"}, "referrer", ReasonBadText)
}

func TestScalar(t *testing.T) {
	f := func(body, want string) {
		t.Helper()
		var p Posted
		err := json.Unmarshal([]byte(`{"props":{"k":`+body+`}}`), &p)
		if want == "" {
			if inv, ok := AsInvalid(err); !ok || inv.Field != "props" {
				t.Errorf("%s: %v, want it refused", body, err)
			}
			return
		}
		if err != nil || string(p.Props["k"]) != want {
			t.Errorf("%s: %q, %v", body, p.Props["k"], err)
		}
	}
	f(`"a\"b"`, `a"b`)
	f(`-1.5e+300`, "-1.5e+300")
	f(`true`, "true")
	f(`false`, "false")
	f(`null`, "")
	f(`{"a":1}`, "")
	f(`[1]`, "")
}

func TestTrustedNamesTheField(t *testing.T) {
	f := func(p Posted, want string) {
		t.Helper()
		if got, _ := p.Trusted(); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
	f(Posted{Site: "demo", Title: "T", AgeMS: 1}, "")
	f(Posted{Witness: "log"}, "witness")
	f(Posted{Address: "192.0.2.1"}, "address")
	f(Posted{UserAgent: "x"}, "user_agent")
	f(Posted{Time: "x"}, "time")
	f(Posted{Method: "GET"}, "method")
	f(Posted{ContentType: "x"}, "content_type")
	f(Posted{Status: 200}, "status")
	f(Posted{Bytes: 1}, "bytes")
	f(Posted{DurationMS: 1}, "duration_ms")
}

func TestFillTrusted(t *testing.T) {
	p := Posted{Witness: "log", Address: "::ffff:192.0.2.7", UserAgent: "UA", Time: "2026-01-30T23:59:59.1239+02:00",
		Method: "GET", Status: 304, Bytes: 12, ContentType: "text/html", DurationMS: 7}
	got := arrived()
	if err := p.FillTrusted(&got); err != nil {
		t.Fatal(err)
	}
	want := arrived()
	want.Witness, want.Address, want.UserAgent = LogLine, netip.MustParseAddr("192.0.2.7"), "UA"
	want.Time = time.Date(2026, 1, 30, 21, 59, 59, 123_000_000, time.UTC)
	want.Log = Log{"GET", 304, 12, "text/html", 7}
	if diff := cmp.Diff(want, got, cmp.Comparer(sameAddr)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFillTrustedRefuses(t *testing.T) {
	f := func(p Posted, field string) {
		t.Helper()
		e := arrived()
		if inv, ok := AsInvalid(p.FillTrusted(&e)); !ok || inv.Field != field {
			t.Errorf("%+v: %v, want an error of %s", p, inv, field)
		}
	}
	f(Posted{Witness: "me"}, "witness")
	f(Posted{Address: "localhost"}, "address")
	f(Posted{Address: "fe80::1%eth0"}, "address")
	f(Posted{Time: "2026-01-31"}, "time")
	f(Posted{Time: "2026-01-31 12:00:00"}, "time")
}

// Whatever is posted, it is refused with a field error, or becomes an event whose texts hold the limits.
func FuzzPosted(f *testing.F) {
	f.Add([]byte(`{"site":"demo","type":"pageview","url":"http://demo/a?utm_source=x"}`))
	f.Add([]byte(`{"site":"demo","type":"engagement","url":"/","view_id":"0123456789ab7cde8f0123456789abcd","engaged_ms":-1}`))
	f.Add([]byte(`{"site":"demo","type":"custom","name":"n","url":"/","props":{"a":1,"b":[],"c":"\ud800"}}`))
	f.Add([]byte(`{"site":"demo","type":"pageview","url":"/","witness":"log","address":"::1%x","time":"9999-12-31T23:59:59Z","status":99}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var p Posted
		if json.Unmarshal(body, &p) != nil {
			return
		}
		e := arrived()
		err := p.Fill(&e)
		if err == nil {
			err = p.FillTrusted(&e)
		}
		if err == nil {
			err = e.Validate()
		}
		if err != nil {
			if inv, ok := AsInvalid(err); !ok || inv.Field == "" || inv.Reason == "" || inv.Detail == "" || len(inv.Value) > shownBytes+len("…") {
				t.Fatalf("%s: %#v", body, err)
			}
			return
		}
		if e.ID.IsZero() || e.ViewID.IsZero() || !e.Address.IsValid() || e.Time.Nanosecond()%1e6 != 0 || len(e.Referrer) > MaxReferrer {
			t.Fatalf("%s: took %+v", body, e)
		}
	})
}
