package collector

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// begin makes what a request says of each of its events: when it came and from where.
func (c *Collector) begin(r *http.Request) event.Event {
	return event.Event{Received: c.received(), Address: c.clients.address(r)}
}

// fillFromBrowser takes what a browser says of itself in its headers. Too long or dirty values are
// made fit rather than refused: their sender cannot do anything about them.
func fillFromBrowser(e *event.Event, h http.Header) {
	e.UserAgent = clean(h.Get("User-Agent"), event.MaxUserAgent)
	e.Language = firstLanguage(h.Get("Accept-Language"))
	e.Hints = event.Hints{
		Brands:   clean(h.Get("Sec-Ch-Ua"), event.MaxHint),
		Platform: clean(h.Get("Sec-Ch-Ua-Platform"), event.MaxHint),
		Mobile:   clean(h.Get("Sec-Ch-Ua-Mobile"), event.MaxHint),
	}
}

// firstLanguage is the first tag of an Accept-Language header; "any language" is none.
func firstLanguage(s string) string {
	if i := strings.IndexAny(s, ",;"); i >= 0 {
		s = s[:i]
	}
	if s = strings.TrimSpace(s); s == "*" {
		return ""
	}
	return clean(s, event.MaxLanguage)
}

// clean makes s pass event.CheckText: valid UTF-8, no control characters, at most limit bytes, cut
// between two characters.
func clean(s string, limit int) string {
	if event.CheckText("", s, limit) == nil {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s) // also turns invalid bytes into U+FFFD
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
