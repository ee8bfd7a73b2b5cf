package event

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func good() Event {
	e := arrived()
	e.ID, e.ViewID = NewID(received), NewID(received)
	e.Site, e.Kind, e.Path, e.Time = "demo", Pageview, "/", received
	return e
}

func TestValidate(t *testing.T) {
	f := func(change func(*Event), field string, reason Reason) {
		t.Helper()
		e := good()
		change(&e)
		err := e.Validate()
		inv, ok := AsInvalid(err)
		if field == "" && err != nil || field != "" && (!ok || inv.Field != field || inv.Reason != reason) {
			t.Errorf("got %v, want %s %s", err, field, reason)
		}
	}
	f(func(*Event) {}, "", "")
	f(func(e *Event) { e.ID = ID{} }, "event_id", ReasonMissing)
	f(func(e *Event) { e.ViewID = ID{} }, "view_id", ReasonMissing)
	f(func(e *Event) { e.Kind = 0 }, "type", ReasonUnknownValue)
	f(func(e *Event) { e.Kind = Custom + 1 }, "type", ReasonUnknownValue)
	f(func(e *Event) { e.Kind = Custom }, "name", ReasonMissing)
	f(func(e *Event) { e.Witness = 0 }, "witness", ReasonUnknownValue)
	f(func(e *Event) { e.Witness = API + 1 }, "witness", ReasonUnknownValue)
	f(func(e *Event) { e.AddressMode = 0 }, "privacy", ReasonUnknownValue)
	f(func(e *Event) { e.Address = netip.Addr{} }, "address", ReasonMalformed)
	f(func(e *Event) { e.Address = netip.MustParseAddr("::ffff:192.0.2.1") }, "address", ReasonMalformed)
	f(func(e *Event) { e.Address = netip.MustParseAddr("fe80::1%a") }, "address", ReasonMalformed)
	f(func(e *Event) { e.Site = "" }, "site", ReasonMissing)
	f(func(e *Event) { e.Site = "a b" }, "site", ReasonMalformed)
	f(func(e *Event) { e.Site = strings.Repeat("x", MaxSite+1) }, "site", ReasonTooLong)
	f(func(e *Event) { e.Site = strings.Repeat("x", MaxSite) }, "", "")
	f(func(e *Event) { e.Path = "a" }, "url", ReasonMalformed)
	f(func(e *Event) { e.Path, e.Query = "/"+strings.Repeat("x", MaxURL-1), "y" }, "url", ReasonTooLong)
	f(func(e *Event) { e.Engaged = -1 }, "engaged_ms", ReasonOutOfRange)
	f(func(e *Event) { e.Engaged = MaxEngaged.Milliseconds() + 1 }, "engaged_ms", ReasonOutOfRange)
	f(func(e *Event) { e.Age = -1 }, "age_ms", ReasonOutOfRange)
	f(func(e *Event) { e.Scroll = 101 }, "scroll_pct", ReasonOutOfRange)
	f(func(e *Event) { e.Log.Status = 99 }, "status", ReasonOutOfRange)
	f(func(e *Event) { e.Log.Status = 600 }, "status", ReasonOutOfRange)
	f(func(e *Event) { e.Time = Earliest.Add(-time.Millisecond) }, "time", ReasonOutOfRange)
	f(func(e *Event) { e.Time = received.Add(MaxAhead) }, "", "")
	f(func(e *Event) { e.Time = received.Add(MaxAhead + time.Millisecond) }, "time", ReasonFuture)
	f(func(e *Event) { e.Time = time.Time{} }, "time", ReasonOutOfRange)
}

func TestValidateChecksEveryText(t *testing.T) {
	for field, set := range map[string]struct {
		limit int
		set   func(*Event, string)
	}{
		"title":              {MaxTitle, func(e *Event, s string) { e.Title = s }},
		"referrer":           {MaxReferrer, func(e *Event, s string) { e.Referrer = s }},
		"user_agent":         {MaxUserAgent, func(e *Event, s string) { e.UserAgent = s }},
		"request_id":         {MaxRequestID, func(e *Event, s string) { e.RequestID = s }},
		"language":           {MaxLanguage, func(e *Event, s string) { e.Language = s }},
		"name":               {MaxName, func(e *Event, s string) { e.Name = s }},
		"utm_source":         {MaxCampaign, func(e *Event, s string) { e.Campaign.Source = s }},
		"utm_medium":         {MaxCampaign, func(e *Event, s string) { e.Campaign.Medium = s }},
		"utm_campaign":       {MaxCampaign, func(e *Event, s string) { e.Campaign.Name = s }},
		"utm_term":           {MaxCampaign, func(e *Event, s string) { e.Campaign.Term = s }},
		"utm_content":        {MaxCampaign, func(e *Event, s string) { e.Campaign.Content = s }},
		"method":             {MaxMethod, func(e *Event, s string) { e.Log.Method = s }},
		"content_type":       {MaxType, func(e *Event, s string) { e.Log.ContentType = s }},
		"sec-ch-ua":          {MaxHint, func(e *Event, s string) { e.Hints.Brands = s }},
		"sec-ch-ua-platform": {MaxHint, func(e *Event, s string) { e.Hints.Platform = s }},
		"sec-ch-ua-mobile":   {MaxHint, func(e *Event, s string) { e.Hints.Mobile = s }},
		"props.k":            {MaxPropValue, func(e *Event, s string) { e.Props = map[string]string{"k": s} }},
	} {
		f := func(value string, want Reason) {
			t.Helper()
			e := good()
			set.set(&e, value)
			err := e.Validate()
			inv, ok := AsInvalid(err)
			if want == "" && err != nil || want != "" && (!ok || inv.Field != field || inv.Reason != want) {
				t.Errorf("%s of %d bytes: %v, want %q", field, len(value), err, want)
			}
		}
		f(strings.Repeat("x", set.limit), "")
		f(strings.Repeat("x", set.limit+1), ReasonTooLong)
		f("a\xffb", ReasonBadText)
		f("a\x00b", ReasonBadText)
		f("a\u0085b", ReasonBadText)
	}
}

func TestValidateChecksProps(t *testing.T) {
	f := func(props map[string]string, want Reason) {
		t.Helper()
		e := good()
		e.Props = props
		inv, ok := AsInvalid(e.Validate())
		if !ok || inv.Reason != want {
			t.Errorf("%d props: %v, want %s", len(props), inv, want)
		}
	}
	many := map[string]string{}
	for i := range MaxProps + 1 {
		many[fmt.Sprint(i)] = ""
	}
	f(many, ReasonTooMany)
	f(map[string]string{"": "x"}, ReasonMissing)
	f(map[string]string{strings.Repeat("k", MaxPropKey+1): "x"}, ReasonTooLong)
	f(map[string]string{"k\n": "x"}, ReasonBadText)
}

func TestInvalidShortensItsValue(t *testing.T) {
	inv := NewInvalid("f", strings.Repeat("ü", 100), ReasonTooLong, "is long")
	if len(inv.Value) != 128+len("…") || !strings.HasSuffix(inv.Value, "ü…") {
		t.Errorf("value %q", inv.Value)
	}
	if _, ok := AsInvalid(fmt.Errorf("line 3: %w", inv)); !ok {
		t.Error("a wrapped Invalid is not found")
	}
}

func TestNames(t *testing.T) {
	for _, k := range []Kind{Pageview, Engagement, Custom} {
		if got, err := ParseKind(k.String()); got != k || err != nil {
			t.Errorf("%s reads as %s, %v", k, got, err)
		}
	}
	for _, w := range []Witness{Beacon, Pixel, LogLine, API} {
		if got, err := ParseWitness(w.String()); got != w || err != nil {
			t.Errorf("%s reads as %s, %v", w, got, err)
		}
	}
	for _, m := range []AddressMode{Full, Truncated, Keyed} {
		if got, err := ParseAddressMode(m.String()); got != m || err != nil {
			t.Errorf("%s reads as %s, %v", m, got, err)
		}
	}
	if got := Kind(9).String(); got != "unknown(9)" {
		t.Errorf("kind 9 is named %q", got)
	}
}

func TestStringHidesTheAddress(t *testing.T) {
	e := good()
	if s := e.String(); strings.Contains(s, e.Address.String()) || !strings.Contains(s, "demo") {
		t.Errorf("String() = %s", s)
	}
}
