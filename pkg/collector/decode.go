package collector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// maxEvents is how many events one list may hold, maxLines how many a batch.
const (
	maxEvents = 50
	maxLines  = 10_000
)

// split finds the events of a body: the elements of a list, or the body itself. The elements of a
// list are known to be valid JSON; one that is no event is for decode to refuse.
func split(body []byte) ([]json.RawMessage, *problem) {
	if !utf8.Valid(body) {
		return nil, badJSON(body, invalidUTF8(body), "is not valid UTF-8")
	}
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '[' {
		return []json.RawMessage{body}, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, syntaxProblem(body, err)
	}
	if len(list) > maxEvents {
		return nil, tooLarge("body", fmt.Sprintf("%d events", len(list)), fmt.Sprintf("must hold at most %d events", maxEvents))
	}
	if len(list) == 0 {
		return nil, badBody("[]", "must hold at least one event")
	}
	return list, nil
}

func invalidUTF8(b []byte) int {
	at := 0
	for at < len(b) {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return at
}

// syntaxProblem is the problem of a body that is not JSON, or nil when err says something else.
func syntaxProblem(body []byte, err error) *problem {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return nil
	}
	return badJSON(body, min(int(syntax.Offset), len(body)), "is not valid JSON")
}

// badJSON names the byte and shows what stands around it.
func badJSON(body []byte, at int, what string) *problem {
	const before, after = 16, 16
	shown := strings.ToValidUTF8(string(body[max(0, at-before):min(len(body), at+after)]), "\uFFFD")
	return badBody(shown, fmt.Sprintf("%s: the error is at byte %d of %d, near the value shown", what, at, len(body)))
}

// decode reads one event. Unknown fields are passed over; a field of the wrong type is an
// *event.Invalid, and what is not JSON a *json.SyntaxError.
func decode(raw []byte, p *event.Posted) error {
	err := json.Unmarshal(raw, p)
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return typeInvalid(raw, mistyped)
	}
	return err
}

// typeInvalid says which type a field should have, and shows the value as it was posted.
func typeInvalid(raw []byte, err *json.UnmarshalTypeError) error {
	if err.Field == "" {
		return event.NewInvalid("event", string(raw), event.ReasonMalformed, "must be a JSON object")
	}
	value := err.Value
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) == nil && fields[err.Field] != nil {
		value = string(fields[err.Field])
	}
	if strings.HasPrefix(err.Value, "number") && err.Type.Kind().String() != "string" && err.Type.Kind().String() != "map" {
		return event.NewInvalid(err.Field, value, event.ReasonOutOfRange, "must be a whole number within the field's range")
	}
	return event.NewInvalid(err.Field, value, event.ReasonMalformed, "must be "+typeNames[err.Type.Kind().String()])
}

var typeNames = map[string]string{
	"string": "a JSON string", "map": "a JSON object",
	"int64": "a whole number", "uint64": "a whole number", "uint32": "a whole number", "uint16": "a whole number", "uint8": "a whole number",
}
