package sqltext

import "strings"

// Statement is a lexed statement.
type Statement struct {
	SQL    string
	Tokens []Token
}

// Parse lexes a statement.
func Parse(sql string) Statement { return Statement{sql, Lex(sql)} }

// First is the first word in upper case, past opening parentheses; "" when there is none.
func (s Statement) First() string {
	for _, t := range s.Tokens {
		if t.Kind == Word {
			return strings.ToUpper(t.Text)
		}
		if !t.Is("(") {
			break
		}
	}
	return ""
}

// Starts says whether the statement begins with these words.
func (s Statement) Starts(words ...string) bool {
	if len(s.Tokens) < len(words) {
		return false
	}
	for i, w := range words {
		if !s.Tokens[i].Is(w) {
			return false
		}
	}
	return true
}

// Reads says whether the statement begins like one whose rows can be streamed.
func (s Statement) Reads() bool {
	switch s.First() {
	case "SELECT", "WITH", "FROM":
		return true
	}
	return false
}

// Several says whether anything follows a semicolon.
func (s Statement) Several() bool {
	ended := false
	for _, t := range s.Tokens {
		if ended && !t.Is(";") {
			return true
		}
		ended = ended || t.Is(";")
	}
	return false
}

// Has says whether these two words follow each other anywhere.
func (s Statement) Has(first, second string) bool {
	for i := 1; i < len(s.Tokens); i++ {
		if s.Tokens[i].Is(second) && s.Tokens[i-1].Is(first) {
			return true
		}
	}
	return false
}

// Temporary says whether the statement makes a temporary table or view.
func (s Statement) Temporary() bool {
	for i, t := range s.Tokens {
		switch {
		case i == 0 && (t.Is("CREATE") || t.Is("ATTACH")), t.Is("OR"), t.Is("REPLACE"):
			continue
		}
		return i > 0 && t.Is("TEMPORARY")
	}
	return false
}

// Output splits off what says how a result is to be written: the statement without its FORMAT clause
// and closing semicolons, and the format's name or "".
func (s Statement) Output() (sql, format string) {
	end := len(s.Tokens)
	for end > 0 && s.Tokens[end-1].Is(";") {
		end--
	}
	if end == 0 {
		return "", ""
	}
	depth := 0
	for i := 0; i+1 < end; i++ {
		switch t := s.Tokens[i]; {
		case t.Is("("), t.Is("["), t.Is("{"):
			depth++
		case t.Is(")"), t.Is("]"), t.Is("}"):
			depth--
		case depth == 0 && i > 0 && t.Is("FORMAT") && s.formatAt(i, end):
			name := s.Tokens[i+1]
			return s.SQL[:t.Start] + s.SQL[name.End:s.Tokens[end-1].End], name.Text
		}
	}
	return s.SQL[:s.Tokens[end-1].End], ""
}

// formatAt says whether FORMAT at i is the clause: a name follows, and then the end or SETTINGS.
func (s Statement) formatAt(i, end int) bool {
	return s.Tokens[i+1].Name() && (i+2 == end || s.Tokens[i+2].Is("SETTINGS"))
}

// Calls returns the names that stand before an opening parenthesis, in lower case. A placeholder
// there counts as "{}".
func (s Statement) Calls() []string {
	var names []string
	for i := 0; i+1 < len(s.Tokens); i++ {
		switch t := s.Tokens[i]; {
		case !s.Tokens[i+1].Is("("):
		case t.Name():
			names = append(names, strings.ToLower(t.Text))
		case t.Is("}"):
			names = append(names, "{}")
		}
	}
	return names
}
