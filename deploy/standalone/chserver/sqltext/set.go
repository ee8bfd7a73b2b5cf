package sqltext

import "strings"

// Assignment is one name = value of a SET statement.
type Assignment struct {
	Name    string
	Value   string // strings without quotes, all else as written
	Default bool   // SET name = DEFAULT
}

// Assignments reads SET a = 1, b = 'x'. It is false for other statements, such as SET ROLE.
func (s Statement) Assignments() ([]Assignment, bool) {
	end := len(s.Tokens)
	for end > 0 && s.Tokens[end-1].Is(";") {
		end--
	}
	if end < 2 || !s.Tokens[0].Is("SET") {
		return nil, false
	}
	var all []Assignment
	for i := 1; i < end; {
		a, next, ok := s.assignment(i, end)
		if !ok {
			return nil, false
		}
		all = append(all, a)
		i = next
	}
	return all, true
}

// assignment reads one at token i and returns the index after it and its comma.
func (s Statement) assignment(i, end int) (a Assignment, next int, ok bool) {
	for i < end && !s.Tokens[i].Is("=") {
		if t := s.Tokens[i]; !t.Name() && !t.Is(".") {
			return a, 0, false
		}
		a.Name += s.Tokens[i].Text
		i++
	}
	from := i + 1
	if a.Name == "" || from >= end {
		return a, 0, false
	}
	for i = from; i < end && !s.Tokens[i].Is(","); {
		if t := s.Tokens[i]; t.Is("(") || t.Is("[") || t.Is("{") {
			i = min(s.skipGroup(i), end)
		} else {
			i++
		}
	}
	a.Value = strings.TrimSpace(s.text(from, i))
	if i == from+1 {
		a.Default = s.Tokens[from].Is("DEFAULT")
		a.Value = s.Tokens[from].Text
	}
	return a, i + 1, i > from
}

// Settings returns what all SETTINGS clauses assign, those of subqueries included.
func (s Statement) Settings() []Assignment {
	var all []Assignment
	for i := 0; i+2 < len(s.Tokens); i++ {
		if !s.Tokens[i].Is("SETTINGS") {
			continue
		}
		for at := i + 1; at+2 < len(s.Tokens) && s.Tokens[at].Name() && s.Tokens[at+1].Is("="); {
			all = append(all, Assignment{Name: s.Tokens[at].Text, Value: s.Tokens[at+2].Text})
			if at += 4; at >= len(s.Tokens) || !s.Tokens[at-1].Is(",") {
				break
			}
		}
	}
	return all
}
