package extract

import (
	"strings"
	"time"
	"unicode/utf8"
)

// stamped writes an instant in UTC so that texts compare as times do.
func stamped(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// The longest texts that are kept, in bytes.
const (
	maxTitle = 300
	maxText  = 1000
)

// tidy bounds what a source tells and drops what is empty.
func (e Event) tidy() Event {
	e.ID, e.Title, e.Status, e.Site = clean(e.ID, maxTitle), clean(e.Title, maxTitle), clean(e.Status, maxTitle), clean(e.Site, maxTitle)
	if !strings.HasPrefix(e.URL, "https://") && !strings.HasPrefix(e.URL, "http://") || len(e.URL) > maxText {
		e.URL = ""
	}
	e.URL = clean(e.URL, maxText)
	e.Starts, e.Ends = e.Starts.UTC().Truncate(time.Millisecond), e.Ends.UTC().Truncate(time.Millisecond)
	details := map[string]string{}
	for name, value := range e.Details {
		if value = clean(value, maxText); value != "" {
			details[name] = value
		}
	}
	e.Details = details
	return e
}

// clean makes valid UTF-8 without control characters, at most so many bytes long.
func clean(text string, most int) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// The times that the table can hold, with room for time zones.
var (
	earliest = time.Date(1900, 1, 2, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2299, 12, 30, 0, 0, 0, 0, time.UTC)
)

// storable reports whether an instant fits into the table.
func storable(t time.Time) bool { return t.After(earliest) && t.Before(latest) }
