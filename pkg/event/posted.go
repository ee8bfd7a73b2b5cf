package event

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

// Posted is an event as beacon, shipper and servers post it: schemas/event.schema.json in Go. The
// fields from Witness on are taken from holders of a server token only.
type Posted struct {
	Site      string `json:"site"`
	Type      string `json:"type"`
	URL       string `json:"url"`
	EventID   string `json:"event_id,omitempty"`
	ViewID    string `json:"view_id,omitempty"`
	RequestID string `json:"request_id,omitempty"`
	Title     string `json:"title,omitempty"`
	Referrer  string `json:"referrer,omitempty"`
	Language  string `json:"language,omitempty"`

	AgeMS     int64  `json:"age_ms,omitempty"`
	EngagedMS int64  `json:"engaged_ms,omitempty"`
	ScrollPct uint8  `json:"scroll_pct,omitempty"`
	ScreenPX  uint16 `json:"screen_px,omitempty"`

	UTMSource   string `json:"utm_source,omitempty"`
	UTMMedium   string `json:"utm_medium,omitempty"`
	UTMCampaign string `json:"utm_campaign,omitempty"`
	UTMTerm     string `json:"utm_term,omitempty"`
	UTMContent  string `json:"utm_content,omitempty"`

	Name  string            `json:"name,omitempty"`
	Props map[string]Scalar `json:"props,omitempty"`

	Witness     string `json:"witness,omitempty"`
	Address     string `json:"address,omitempty"`
	UserAgent   string `json:"user_agent,omitempty"`
	Time        string `json:"time,omitempty"` // RFC 3339
	Method      string `json:"method,omitempty"`
	Status      uint16 `json:"status,omitempty"`
	Bytes       uint64 `json:"bytes,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	DurationMS  uint32 `json:"duration_ms,omitempty"`
}

// Scalar is a property's value: a JSON string, number or boolean, kept as text.
type Scalar string

// UnmarshalJSON takes a string, a number or a boolean; null, lists and objects are refused.
func (s *Scalar) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(s))
	case '{', '[', 'n':
		return invalid("props", string(b), ReasonMalformed, "values must be strings, numbers or booleans")
	}
	*s = Scalar(b)
	return nil
}

// Fill sets e's fields from the posted ones that every client may state. Missing ids are made for
// the instant e.Received, which the caller has set. Times are as in definitions.md: the receive
// time less the declared age, which is clamped to 0…24 h.
func (p *Posted) Fill(e *Event) (err error) {
	if e.Kind, err = ParseKind(p.Type); err != nil {
		return err
	}
	e.Site = p.Site
	e.Campaign = Campaign{p.UTMSource, p.UTMMedium, p.UTMCampaign, p.UTMTerm, p.UTMContent}
	if err := e.SetURL(p.URL); err != nil {
		return err
	}
	if err := CheckText("referrer", p.Referrer, MaxReferrer); err != nil {
		return err
	}
	e.Title, e.Referrer, e.RequestID = p.Title, CleanReferrer(p.Referrer), p.RequestID
	if p.Language != "" {
		e.Language = p.Language
	}
	e.Age = min(max(p.AgeMS, 0), MaxAge.Milliseconds())
	e.Time = e.Received.Add(-time.Duration(e.Age) * time.Millisecond)
	e.Engaged, e.Scroll, e.Screen = p.EngagedMS, p.ScrollPct, p.ScreenPX
	e.Name = p.Name
	if len(p.Props) > 0 {
		e.Props = make(map[string]string, len(p.Props))
		for k, v := range p.Props {
			e.Props[k] = string(v)
		}
	}
	return p.fillIDs(e)
}

// fillIDs derives the view from the event where none is given, so that a repeat of a page view
// with an event id stays one view.
func (p *Posted) fillIDs(e *Event) (err error) {
	e.ID = NewID(e.Received)
	if p.EventID != "" {
		if e.ID, err = ParseID("event_id", p.EventID); err != nil {
			return err
		}
	}
	e.ViewID = e.ID
	if p.ViewID == "" {
		if e.Kind == Engagement {
			return invalid("view_id", "", ReasonMissing, "is required for an engagement event")
		}
		return nil
	}
	e.ViewID, err = ParseID("view_id", p.ViewID)
	return err
}

// Trusted names the first field that needs a server token, or "" when there is none.
func (p *Posted) Trusted() (field, value string) {
	for _, f := range [...]struct{ field, value string }{
		{"witness", p.Witness}, {"address", p.Address}, {"user_agent", p.UserAgent}, {"time", p.Time},
		{"method", p.Method}, {"content_type", p.ContentType},
		{"status", number(uint64(p.Status))}, {"bytes", number(p.Bytes)}, {"duration_ms", number(uint64(p.DurationMS))},
	} {
		if f.value != "" {
			return f.field, f.value
		}
	}
	return "", ""
}

func number(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// FillTrusted sets what only the holder of a server token may state, on top of Fill.
func (p *Posted) FillTrusted(e *Event) (err error) {
	e.Witness = API
	if p.Witness != "" {
		if e.Witness, err = ParseWitness(p.Witness); err != nil {
			return err
		}
	}
	if p.Address != "" {
		if e.Address, err = ParseAddress(p.Address); err != nil {
			return err
		}
	}
	if p.UserAgent != "" {
		e.UserAgent = p.UserAgent
	}
	if p.Time != "" {
		at, err := time.Parse(time.RFC3339Nano, p.Time)
		if err != nil {
			return invalid("time", p.Time, ReasonMalformed, "must be an RFC 3339 time such as 2026-01-31T12:00:00Z")
		}
		e.Time = at.UTC().Truncate(time.Millisecond)
	}
	e.Log = Log{p.Method, p.Status, p.Bytes, p.ContentType, p.DurationMS}
	return nil
}

// ParseAddress reads an IP address; v4-in-v6 is unmapped, a zone is refused.
func ParseAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, invalid("address", s, ReasonMalformed, "must be an IPv4 or IPv6 address without a zone")
	}
	return a.Unmap(), nil
}

// String shows an event in an error or a test: its identity, never its address.
func (e *Event) String() string {
	return fmt.Sprintf("%s %s of site %s (event %s, view %s)", e.Witness, e.Kind, e.Site, e.ID, e.ViewID)
}
