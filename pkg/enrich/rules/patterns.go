package rules

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// keyLength is how many bytes of a literal it is looked up by.
const keyLength = 4

// patterns are many regular expressions, nearly all of them plain texts. The texts are found by their first
// bytes at each place of a user-agent, so that 1,500 of them cost a few microseconds.
type patterns struct {
	literals   map[[keyLength]byte][]string
	beginnings []string
	others     []*regexp.Regexp // and texts that are too short
}

func compile(all []string) (*patterns, error) {
	p := &patterns{literals: map[[keyLength]byte][]string{}}
	for _, expression := range all {
		parsed, err := syntax.Parse(expression, syntax.Perl)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", expression, err)
		}
		if text, ok := beginning(parsed); ok {
			p.beginnings = append(p.beginnings, text)
			continue
		}
		if plain := texts(parsed); len(plain) > 0 && !slices.ContainsFunc(plain, isShort) {
			for _, text := range plain {
				key := [keyLength]byte([]byte(text))
				p.literals[key] = append(p.literals[key], text)
			}
			continue
		}
		r, err := regexp.Compile(expression)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", expression, err)
		}
		p.others = append(p.others, r)
	}
	return p, nil
}

func isShort(text string) bool { return len(text) < keyLength }

// beginning tells an expression that is a plain text behind ^.
func beginning(parsed *syntax.Regexp) (text string, ok bool) {
	if parsed.Op != syntax.OpConcat || len(parsed.Sub) != 2 {
		return "", false
	}
	at, literal := parsed.Sub[0], parsed.Sub[1]
	ok = at.Op == syntax.OpBeginText && literal.Op == syntax.OpLiteral && literal.Flags&syntax.FoldCase == 0
	return string(literal.Rune), ok
}

func (p *patterns) match(text string) bool {
	for i := 0; i+keyLength <= len(text); i++ {
		for _, literal := range p.literals[[keyLength]byte([]byte(text[i:i+keyLength]))] {
			if len(text)-i >= len(literal) && text[i:i+len(literal)] == literal {
				return true
			}
		}
	}
	for _, b := range p.beginnings {
		if strings.HasPrefix(text, b) {
			return true
		}
	}
	for _, r := range p.others {
		if r.MatchString(text) {
			return true
		}
	}
	return false
}
