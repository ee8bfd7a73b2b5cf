// Package sqltext reads just as much of a ClickHouse statement as a server in front of the engine
// must know: its first word, its FORMAT clause, the parts of an INSERT, the names that SET changes
// and the functions that are called. It follows ClickHouse's lexical rules; whether a statement is
// valid is for the engine to say.
package sqltext

import (
	"strings"
	"unicode/utf8"
)

// Kind of a token.
type Kind int

// The kinds.
const (
	Word   Kind = iota // bare name or keyword
	Quoted             // name in backquotes or double quotes
	String             // string literal
	Number
	Punct  // one character
	Broken // a literal or comment without its end; always the last token
)

// Token is one lexical unit; comments and space are left out.
type Token struct {
	Kind       Kind
	Text       string // names and strings without quotes and escapes
	Start, End int    // byte offsets in the statement
}

// Is says whether the token is that keyword or character, in any case.
func (t Token) Is(word string) bool {
	return (t.Kind == Word || t.Kind == Punct) && strings.EqualFold(t.Text, word)
}

// Name says whether the token can be a name.
func (t Token) Name() bool { return t.Kind == Word || t.Kind == Quoted }

// Lex splits a statement into tokens.
func Lex(sql string) []Token {
	l := lexer{sql: sql}
	for l.space(); l.pos < len(sql); l.space() {
		l.next()
		if l.tokens[len(l.tokens)-1].Kind == Broken {
			break
		}
	}
	return l.tokens
}

type lexer struct {
	sql    string
	pos    int
	tokens []Token
}

func (l *lexer) has(prefix string) bool { return strings.HasPrefix(l.sql[l.pos:], prefix) }

func (l *lexer) add(kind Kind, text string, start int) {
	l.tokens = append(l.tokens, Token{kind, text, start, l.pos})
}

func (l *lexer) broken(start int) {
	l.pos = len(l.sql)
	l.add(Broken, l.sql[start:], start)
}

// space skips blanks and comments; an unclosed comment becomes a Broken token.
func (l *lexer) space() {
	for l.pos < len(l.sql) {
		switch {
		case isSpace(l.sql[l.pos]):
			l.pos++
		case l.has("--"), l.has("# "), l.has("#!"):
			l.line()
		case l.has("/*"):
			l.comment()
		case l.has("\u00a0"), l.has("\u2003"), l.has("\u3000"), l.has("\ufeff"):
			_, n := utf8.DecodeRuneInString(l.sql[l.pos:])
			l.pos += n
		default:
			return
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func (l *lexer) line() {
	if i := strings.IndexByte(l.sql[l.pos:], '\n'); i >= 0 {
		l.pos += i + 1
		return
	}
	l.pos = len(l.sql)
}

// comment skips a block comment; they nest.
func (l *lexer) comment() {
	start, depth := l.pos, 0
	for l.pos < len(l.sql) {
		switch {
		case l.has("/*"):
			depth++
			l.pos += 2
		case l.has("*/"):
			depth--
			l.pos += 2
		default:
			l.pos++
		}
		if depth == 0 {
			return
		}
	}
	l.broken(start)
}

// next reads one token at a position that is neither space nor the end.
func (l *lexer) next() {
	c := l.sql[l.pos]
	switch {
	case c == '\'':
		l.quoted(String, "'")
	case c == '`':
		l.quoted(Quoted, "`")
	case c == '"':
		l.quoted(Quoted, `"`)
	case l.has("‘"):
		l.curly(String, "‘", "’")
	case l.has("“"):
		l.curly(Quoted, "“", "”")
	case c == '$' && l.heredoc():
	case isWordStart(c):
		l.run(Word, isWordPart)
	case c >= '0' && c <= '9':
		l.run(Number, isNumberPart)
	default:
		start := l.pos
		l.pos++
		l.add(Punct, l.sql[start:l.pos], start)
	}
}

func isWordStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isWordPart(c byte) bool { return isWordStart(c) || c >= '0' && c <= '9' || c == '$' }

func isNumberPart(c byte) bool { return isWordPart(c) || c == '.' }

func (l *lexer) run(kind Kind, part func(byte) bool) {
	start := l.pos
	for l.pos < len(l.sql) && part(l.sql[l.pos]) {
		l.pos++
	}
	l.add(kind, l.sql[start:l.pos], start)
}

// heredoc reads $tag$ … $tag$; false when there is none.
func (l *lexer) heredoc() bool {
	end := strings.IndexByte(l.sql[l.pos+1:], '$')
	if end < 0 || strings.ContainsFunc(l.sql[l.pos+1:l.pos+1+end], func(r rune) bool { return r > 127 || !isWordPart(byte(r)) }) {
		return false
	}
	start, tag := l.pos, l.sql[l.pos:l.pos+end+2]
	body := start + len(tag)
	close := strings.Index(l.sql[body:], tag)
	if close < 0 {
		return false
	}
	l.pos = body + close + len(tag)
	l.add(String, l.sql[body:body+close], start)
	return true
}

// curly reads text in typographic quotes, in which nothing is escaped.
func (l *lexer) curly(kind Kind, open, close string) {
	start := l.pos
	end := strings.Index(l.sql[start+len(open):], close)
	if end < 0 {
		l.broken(start)
		return
	}
	text := l.sql[start+len(open) : start+len(open)+end]
	l.pos = start + len(open) + end + len(close)
	l.add(kind, text, start)
}
