package sqltext

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted reads a literal or name in quotes: a doubled quote stands for itself, a backslash escapes.
func (l *lexer) quoted(kind Kind, quote string) {
	start := l.pos
	text, n, ok := Unquote(l.sql[start:])
	if !ok {
		l.broken(start)
		return
	}
	l.pos = start + n
	l.add(kind, text, start)
}

// Unquote reads a quoted text at the start of s and returns it with the number of bytes it took.
func Unquote(s string) (text string, n int, ok bool) {
	if s == "" {
		return "", 0, false
	}
	quote := s[0]
	var b strings.Builder
	for i := 1; i < len(s); {
		switch c := s[i]; {
		case c == quote && i+1 < len(s) && s[i+1] == quote:
			b.WriteByte(quote)
			i += 2
		case c == quote:
			return b.String(), i + 1, true
		case c == '\\' && i+1 < len(s):
			i += unescape(&b, s[i:])
		default:
			b.WriteByte(c)
			i++
		}
	}
	return "", 0, false
}

// escapes are the letters with a meaning of their own after a backslash.
var escapes = map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', 'a': '\a', 'e': 0x1b, '0': 0}

// unescape writes the meaning of the escape at the start of s and returns its length.
func unescape(b *strings.Builder, s string) int {
	switch c := s[1]; {
	case c == 'x' && len(s) >= 4:
		if v, err := strconv.ParseUint(s[2:4], 16, 8); err == nil {
			b.WriteByte(byte(v))
			return 4
		}
	case c == 'u' && len(s) >= 6:
		if v, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
			b.Write(utf8.AppendRune(nil, rune(v)))
			return 6
		}
	case c == 'N': // NULL in some places, nothing in strings
		return 2
	}
	if v, ok := escapes[s[1]]; ok {
		b.WriteByte(v)
	} else {
		b.WriteByte(s[1])
	}
	return 2
}
