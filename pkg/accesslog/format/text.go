package format

import (
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/valyala/fastjson"
)

// unescape decodes what servers write for bytes that would break a line: \xHH (nginx, Apache), and
// \" \\ \n \r \t \b \f \v (Apache). Any other backslash stands for itself.
func unescape(s string) string {
	at := strings.IndexByte(s, '\\')
	if at < 0 {
		return s
	}
	out := append(make([]byte, 0, len(s)), s[:at]...)
	for i := at; i < len(s); i++ {
		b, size := s[i], 1
		if b == '\\' {
			b, size = escaped(s[i:])
		}
		out = append(out, b)
		i += size - 1
	}
	return string(out)
}

// escaped decodes the escape at the start of s and tells its length.
func escaped(s string) (b byte, size int) {
	if len(s) < 2 {
		return '\\', 1
	}
	if i := strings.IndexByte(`"\nrtbfv`, s[1]); i >= 0 {
		return "\"\\\n\r\t\b\f\v"[i], 2
	}
	var v [1]byte
	if s[1] == 'x' && len(s) >= 4 {
		if _, err := hex.Decode(v[:], []byte(s[2:4])); err == nil {
			return v[0], 4
		}
	}
	return '\\', 1
}

// unescapeJSON decodes what stands between the quotes of a JSON string; what is no escape stands for itself.
func unescapeJSON(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	v, err := fastjson.Parse(`"` + s + `"`)
	if err != nil {
		return s
	}
	return string(v.GetStringBytes())
}

// cleanText replaces what an event's text may not hold: each run of bytes that are no UTF-8, and
// each control character, by U+FFFD.
func cleanText(s string) string {
	if isPlain(s, ' ') {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// escapeTarget percent-escapes what a URL may not hold: blanks, control characters, and bytes that
// are no UTF-8.
func escapeTarget(s string) string {
	if isPlain(s, '!') {
		return s
	}
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == ' ' || isControl(r) {
			for _, b := range []byte(s[i : i+size]) {
				out = append(out, '%', digits[b>>4], digits[b&15])
			}
		} else {
			out = append(out, s[i:i+size]...)
		}
		i += size
	}
	return string(out)
}

// cleanReferrer makes the referrer fit: what is too long loses its query, then its end.
func cleanReferrer(s string) string {
	s = cleanText(s)
	if len(s) <= event.MaxReferrer {
		return s
	}
	s = event.CleanReferrer(s) // without credentials and fragment it may fit
	if len(s) > event.MaxReferrer {
		s, _, _ = strings.Cut(s, "?")
	}
	if len(s) > event.MaxReferrer {
		s = cutText(s, event.MaxReferrer)
		if i := strings.LastIndexByte(s, '%'); i >= len(s)-2 {
			s = s[:i] // half an escape would make the whole URL unreadable
		}
	}
	return s
}

// cutText shortens s to at most limit bytes, at the start of a rune.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// isPlain reports whether s is ASCII from the given character up to '~'.
func isPlain(s string, from byte) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < from || s[i] > '~' {
			return false
		}
	}
	return true
}

func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }
