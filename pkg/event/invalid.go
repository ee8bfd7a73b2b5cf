package event

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// Reason names why an event was refused; it labels the counters and the answers.
type Reason string

// The reasons.
const (
	ReasonMissing      Reason = "missing"
	ReasonMalformed    Reason = "malformed"
	ReasonTooLong      Reason = "too_long"
	ReasonTooMany      Reason = "too_many"
	ReasonOutOfRange   Reason = "out_of_range"
	ReasonUnknownValue Reason = "unknown_value"
	ReasonUnknownSite  Reason = "unknown_site"
	ReasonForeignHost  Reason = "foreign_host"
	ReasonNotAllowed   Reason = "not_allowed"
	ReasonFuture       Reason = "in_the_future"
	ReasonBadText      Reason = "bad_text"
)

// Invalid is the error of one field of one event.
type Invalid struct {
	Field  string // as posted, e.g. "url"
	Value  string // the offending value, shortened to 128 bytes
	Reason Reason
	Detail string // what would be right
}

func (e *Invalid) Error() string {
	return fmt.Sprintf("%s %q %s", e.Field, e.Value, e.Detail)
}

// NewInvalid makes the error for one field; the value is shortened for display.
func NewInvalid(field, value string, reason Reason, detail string) *Invalid {
	return &Invalid{Field: field, Value: shorten(value), Reason: reason, Detail: detail}
}

// AsInvalid finds the field error in err's chain.
func AsInvalid(err error) (*Invalid, bool) {
	var inv *Invalid
	ok := errors.As(err, &inv)
	return inv, ok
}

func invalid(field, value string, reason Reason, detail string) error {
	return NewInvalid(field, value, reason, detail)
}

const shownBytes = 128

func shorten(s string) string {
	if len(s) <= shownBytes {
		return s
	}
	cut := shownBytes
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
