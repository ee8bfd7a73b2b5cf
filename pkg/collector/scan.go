package collector

import (
	"strconv"
	"unicode/utf8"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// scanEvents reads a body in the plain form that beacons send: an object or a list of them, of known
// fields with strings without escapes and whole numbers. It takes one look at each byte, and all texts
// share the memory of body. ok is false for anything else, right or wrong: that is for encoding/json to
// judge, whose verdict it never contradicts (FuzzScan).
func scanEvents(body string, into []event.Posted) (events []event.Posted, ok bool) {
	if !utf8.ValidString(body) {
		return into, false
	}
	s := scanner{body: body}
	if s.token() != '[' {
		into = append(into, event.Posted{})
		return into, s.object(&into[len(into)-1]) && s.token() == 0
	}
	for s.at++; len(into) <= maxEvents; s.at++ {
		into = append(into, event.Posted{})
		if !s.object(&into[len(into)-1]) {
			return into, false
		}
		switch s.token() {
		case ',':
		case ']':
			s.at++
			return into, len(into) <= maxEvents && s.token() == 0
		default:
			return into, false
		}
	}
	return into, false
}

// scanEvent is scanEvents for a single object.
func scanEvent(line string, p *event.Posted) bool {
	s := scanner{body: line}
	return utf8.ValidString(line) && s.object(p) && s.token() == 0
}

type scanner struct {
	body string
	at   int
}

// token passes over white space and returns the byte behind it, or 0 at the end.
func (s *scanner) token() byte {
	for ; s.at < len(s.body); s.at++ {
		switch c := s.body[s.at]; c {
		case ' ', '\t', '\r', '\n':
		case 0:
			return 1 // is not the end
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.token() != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) object(p *event.Posted) bool {
	if !s.take('{') {
		return false
	}
	for {
		key, ok := s.text()
		if !ok || !s.take(':') || !s.field(key, p) {
			return false
		}
		if !s.take(',') {
			return s.take('}')
		}
	}
}

// text reads a string without escapes.
func (s *scanner) text() (string, bool) {
	if !s.take('"') {
		return "", false
	}
	begin := s.at
	for ; s.at < len(s.body); s.at++ {
		switch c := s.body[s.at]; {
		case c == '"':
			s.at++
			return s.body[begin : s.at-1], true
		case c == '\\' || c < ' ':
			return "", false
		}
	}
	return "", false
}

// number reads a whole number as JSON writes it; with fewer than 64 bits it has no sign.
func (s *scanner) number(bits int) (int64, bool) {
	s.token()
	begin := s.at
	if bits == 64 && s.at < len(s.body) && s.body[s.at] == '-' {
		s.at++
	}
	first := s.at
	for s.at < len(s.body) && s.body[s.at] >= '0' && s.body[s.at] <= '9' {
		s.at++
	}
	if s.at-first > 1 && s.body[first] == '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(s.body[begin:s.at], 10, 64)
	return n, err == nil && (bits == 64 || n>>bits == 0)
}

// field reads the value of a field; the fields that only a server states in numbers, and props, are rare.
func (s *scanner) field(key string, p *event.Posted) (ok bool) {
	if text := textField(key, p); text != nil {
		*text, ok = s.text()
		return ok
	}
	var n int64
	switch key {
	case "age_ms":
		p.AgeMS, ok = s.number(64)
	case "engaged_ms":
		p.EngagedMS, ok = s.number(64)
	case "scroll_pct":
		n, ok = s.number(8)
		p.ScrollPct = uint8(n)
	case "screen_px":
		n, ok = s.number(16)
		p.ScreenPX = uint16(n)
	case "status":
		n, ok = s.number(16)
		p.Status = uint16(n)
	case "bytes":
		n, ok = s.number(63)
		p.Bytes = uint64(n)
	case "duration_ms":
		n, ok = s.number(32)
		p.DurationMS = uint32(n)
	}
	return ok
}

// textField is where a text field goes; nil for another field.
func textField(key string, p *event.Posted) *string {
	switch key {
	case "site":
		return &p.Site
	case "type":
		return &p.Type
	case "url":
		return &p.URL
	case "event_id":
		return &p.EventID
	case "view_id":
		return &p.ViewID
	case "request_id":
		return &p.RequestID
	case "title":
		return &p.Title
	case "referrer":
		return &p.Referrer
	case "language":
		return &p.Language
	case "utm_source":
		return &p.UTMSource
	case "utm_medium":
		return &p.UTMMedium
	case "utm_campaign":
		return &p.UTMCampaign
	case "utm_term":
		return &p.UTMTerm
	case "utm_content":
		return &p.UTMContent
	case "name":
		return &p.Name
	case "witness":
		return &p.Witness
	case "address":
		return &p.Address
	case "user_agent":
		return &p.UserAgent
	case "time":
		return &p.Time
	case "method":
		return &p.Method
	case "content_type":
		return &p.ContentType
	}
	return nil
}
