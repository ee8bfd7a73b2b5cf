package rules

import (
	"regexp/syntax"
	"unicode"
)

// mostTexts bounds what an expression is written out to.
const mostTexts = 64

// texts writes an expression out as the plain texts that it stands for, such as wget and Wget for [wW]get;
// nil when they are many, or anything but letters is in it.
func texts(r *syntax.Regexp) []string {
	switch r.Op {
	case syntax.OpLiteral:
		all := []string{""}
		for _, c := range r.Rune {
			all = times(all, spellings(c, r.Flags&syntax.FoldCase != 0))
		}
		return all
	case syntax.OpCharClass:
		var all []string
		for i := 0; i < len(r.Rune); i += 2 {
			for c := r.Rune[i]; c <= r.Rune[i+1]; c++ {
				if all = append(all, string(c)); len(all) > mostTexts {
					return nil
				}
			}
		}
		return all
	case syntax.OpCapture:
		return texts(r.Sub[0])
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range r.Sub {
			all = times(all, texts(sub))
		}
		return all
	case syntax.OpAlternate:
		var all []string
		for _, sub := range r.Sub {
			one := texts(sub)
			if one == nil {
				return nil
			}
			all = append(all, one...)
		}
		return all
	}
	return nil
}

// spellings of a letter: itself, or all of its cases.
func spellings(c rune, folded bool) []string {
	all := []string{string(c)}
	if folded {
		for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
			all = append(all, string(other))
		}
	}
	return all
}

// times puts each of the ends behind each of the beginnings; nil when that is too much.
func times(beginnings, ends []string) (all []string) {
	if len(beginnings)*len(ends) > mostTexts {
		return nil
	}
	for _, b := range beginnings {
		for _, e := range ends {
			all = append(all, b+e)
		}
	}
	return all
}
