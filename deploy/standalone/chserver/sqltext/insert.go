package sqltext

import "strings"

// Insert is an INSERT whose data comes with or after the statement.
type Insert struct {
	Head    string // the statement up to, and without, VALUES, FORMAT and data
	Target  string // table, or FUNCTION call, as written
	Columns string // the column list with its parentheses, as written; "" when there is none
	Format  string // format of the data: "Values", the named one, or "" when none is named
	Data    string // what follows in the text
}

// Insert takes an INSERT apart. It is false for other statements, for INSERT … SELECT and for
// INSERT … FROM INFILE, which the engine runs as they are.
func (s Statement) Insert() (Insert, bool) {
	if !s.Starts("INSERT") {
		return Insert{}, false
	}
	i := 1
	for i < len(s.Tokens) && (s.Tokens[i].Is("INTO") || s.Tokens[i].Is("TABLE")) && i < 3 {
		i++
	}
	target := i
	i = s.skipTarget(i)
	in := Insert{Target: s.text(target, i)}
	if i < len(s.Tokens) && s.Tokens[i].Is("(") {
		end := s.skipGroup(i)
		if i+1 < end && (s.Tokens[i+1].Is("SELECT") || s.Tokens[i+1].Is("WITH")) {
			return Insert{}, false
		}
		in.Columns = s.text(i, end)
		i = end
	}
	return in, s.insertTail(&in, i)
}

// insertTail reads what follows target and columns.
func (s Statement) insertTail(in *Insert, i int) bool {
	for ; i < len(s.Tokens); i++ {
		switch t := s.Tokens[i]; {
		case t.Is("SELECT"), t.Is("WITH"), t.Is("FROM"), t.Is("WATCH"), t.Is("EXPLAIN"), t.Is("EXECUTE"):
			return false
		case t.Is("VALUES"):
			in.Head, in.Format, in.Data = s.SQL[:t.Start], "Values", s.SQL[t.End:]
			return true
		case t.Is("FORMAT") && i+1 < len(s.Tokens):
			name := s.Tokens[i+1]
			in.Head, in.Format, in.Data = s.SQL[:t.Start], name.Text, dataAfter(s.SQL[name.End:])
			return true
		}
	}
	in.Head = strings.TrimRight(s.SQL, "; \t\r\n")
	return true
}

// dataAfter is the data behind FORMAT name: blanks and one line end belong to the statement, and so
// does a semicolon that ends it.
func dataAfter(rest string) string {
	rest = strings.TrimLeft(rest, " \t")
	if strings.HasPrefix(rest, ";") && strings.TrimRight(rest, "; \t\r\n") == "" {
		return ""
	}
	rest = strings.TrimPrefix(rest, "\r")
	return strings.TrimPrefix(rest, "\n")
}

// skipTarget returns the index after a table name (with placeholders) or FUNCTION call.
func (s Statement) skipTarget(i int) int {
	if i < len(s.Tokens) && s.Tokens[i].Is("FUNCTION") && i+2 < len(s.Tokens) && s.Tokens[i+2].Is("(") {
		return s.skipGroup(i + 2)
	}
	for i < len(s.Tokens) {
		if s.Tokens[i].Is("{") {
			i = s.skipGroup(i)
		} else {
			i++
		}
		if i >= len(s.Tokens) || !s.Tokens[i].Is(".") {
			return i
		}
		i++
	}
	return i
}

// skipGroup returns the index after the bracket that closes the one at i.
func (s Statement) skipGroup(i int) int {
	depth := 0
	for ; i < len(s.Tokens); i++ {
		switch t := s.Tokens[i]; {
		case t.Is("("), t.Is("["), t.Is("{"):
			depth++
		case t.Is(")"), t.Is("]"), t.Is("}"):
			depth--
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// text is the source from token from up to, not including, token to.
func (s Statement) text(from, to int) string {
	if from >= to {
		return ""
	}
	return s.SQL[s.Tokens[from].Start:s.Tokens[to-1].End]
}

// Names returns the plain column names of a list in parentheses; false when it holds anything else.
func Names(list string) ([]string, bool) {
	tokens := Lex(list)
	if len(tokens) < 3 || !tokens[0].Is("(") || !tokens[len(tokens)-1].Is(")") {
		return nil, false
	}
	var names []string
	name := ""
	for _, t := range tokens[1:] {
		switch {
		case t.Name() && (name == "" || strings.HasSuffix(name, ".")):
			name += t.Text
		case t.Is(".") && name != "":
			name += "."
		case (t.Is(",") || t.Is(")")) && name != "":
			names, name = append(names, name), ""
		default:
			return nil, false
		}
	}
	return names, name == ""
}
