package engine

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Codes of the engine's exceptions that callers decide on.
const (
	CodeUnknownSetting   = 115
	CodeQueryCancelled   = 394
	CodeUnknownException = 1002
)

// Error is an exception of the engine.
type Error struct {
	Code    int    // ClickHouse's number, for example 60
	Name    string // ClickHouse's name, for example UNKNOWN_TABLE
	Message string // the text without code, name and version
}

func (e *Error) Error() string {
	return fmt.Sprintf("Code: %d. DB::Exception: %s (%s)", e.Code, e.Message, e.Name)
}

// Exceptions arrive as "Code: N. DB::Exception: text. (NAME)", wrapped once more for each layer that
// passed them on, and sometimes with the version at the end.
var (
	exceptionHead = regexp.MustCompile(`^(?:Error: )?Code: (\d+)\. DB::Exception: `)
	exceptionTail = regexp.MustCompile(`\s*(?:\(version [^()]*\)\.?\s*|\(([A-Z][A-Z0-9_]*)\)\.?\s*)$`)
)

// parseError makes an Error of the library's text; nil for no text.
func parseError(text string) error {
	if text == "" {
		return nil
	}
	e := &Error{Code: CodeUnknownException, Name: "UNKNOWN_EXCEPTION", Message: text}
	for {
		m := exceptionHead.FindStringSubmatch(e.Message)
		if m == nil {
			break
		}
		e.Code, _ = strconv.Atoi(m[1]) // digits by the pattern; the innermost code is the cause
		e.Message = e.Message[len(m[0]):]
	}
	for {
		m := exceptionTail.FindStringSubmatchIndex(e.Message)
		if m == nil {
			break
		}
		if m[2] >= 0 {
			e.Name = e.Message[m[2]:m[3]]
		}
		e.Message = e.Message[:m[0]]
	}
	e.Message = strings.TrimSuffix(strings.TrimSpace(e.Message), ".")
	return e
}
