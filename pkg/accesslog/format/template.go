package format

import (
	"errors"
	"strings"
)

// escaping is how a server writes bytes that would break a line.
type escaping uint8

const (
	escapeDefault escaping = iota // \xHH and \"; see unescape
	escapeJSON
	escapeNone
)

// template is a format as fixed text with fields between: head, then each field up to its end.
type template struct {
	head   string
	steps  []step
	escape escaping
	layout string // Go's layout of the time, where the format chooses its own
	ends   bool   // there is fixed text behind the last field: a line that matches is whole
}

type step struct {
	field field
	until string // the text behind the field; "" at the end of the line, or when another field follows at once
	list  bool   // may hold several values with blanks between, as $upstream_addr does
}

// text appends fixed text.
func (t *template) text(s string) {
	if len(t.steps) == 0 {
		t.head += s
		return
	}
	t.steps[len(t.steps)-1].until += s
}

func (t *template) add(f field, list bool) { t.steps = append(t.steps, step{field: f, list: list}) }

// ignore passes over the fields that f names, where the format also has a better one.
func (t *template) ignore(f func(i int) bool) {
	for i := range t.steps {
		if f(i) {
			t.steps[i].field = ignored
		}
	}
}

// check refuses a format from which no view can be told.
func (t *template) check() error {
	has := map[field]bool{}
	for i, s := range t.steps {
		has[s.field] = true
		if s.until == "" && i+1 < len(t.steps) && stopOf(s.field) == "" {
			return errors.New("two fields touch each other, and nothing tells where the first one ends: put a blank between them")
		}
	}
	switch {
	case !has[address] && !has[forwarded]:
		return errors.New("has no client address: add $remote_addr or %a")
	case !has[stamp]:
		return errors.New("has no time: add $time_iso8601, $time_local, $msec or %t")
	case !has[request] && (!has[method] || !has[target] && !has[path]):
		return errors.New(`has no request: add "$request", or $request_method and $request_uri, or "%r"`)
	case !has[status]:
		return errors.New("has no status: add $status or %>s")
	}
	t.ends = t.steps[len(t.steps)-1].until != ""
	return nil
}

// stopOf lists the bytes at one of which a field ends when another field follows at once.
func stopOf(f field) string {
	switch f {
	case host, scheme:
		return ":/"
	case path:
		return "?"
	case questionMark:
		return "?"
	default:
		return ""
	}
}

// cut takes a line apart. What stands behind the format's last text is ignored.
func (t *template) cut(s string, v *values) bool {
	rest, ok := strings.CutPrefix(s, t.head)
	for i := 0; ok && i < len(t.steps); i++ {
		var value string
		if value, rest, ok = t.steps[i].cut(rest, t.group(i), t.escape); ok && t.steps[i].field != ignored {
			v.set(t.steps[i].field, t.escape.decode(value))
		}
	}
	return ok
}

// group is the text that ends the fields that touch each other from step i on.
func (t *template) group(i int) string {
	for i+1 < len(t.steps) && t.steps[i].until == "" {
		i++
	}
	return t.steps[i].until
}

func (s step) cut(rest, group string, e escaping) (value, after string, ok bool) {
	end := len(rest)
	if group != "" {
		if end = s.find(rest, group, e); end < 0 {
			return "", "", false
		}
	}
	if s.until == "" && stopOf(s.field) != "" {
		if i := strings.IndexAny(rest[:end], stopOf(s.field)); i >= 0 {
			end = i
		}
		if s.field == questionMark {
			end = min(end+1, len(rest))
			if rest == "" || rest[0] != '?' {
				end = 0
			}
		}
	}
	return rest[:end], rest[end+len(s.until):], true
}

// find looks for the text that ends a field.
func (s step) find(rest, until string, e escaping) int {
	for from := 0; ; {
		i := strings.Index(rest[from:], until)
		if i < 0 {
			return -1
		}
		i += from
		quoted := until[0] == '"' && e != escapeNone && isEscaped(rest, i)
		if !quoted && !(s.list && until[0] == ' ' && goesOn(rest, i)) {
			return i
		}
		from = i + 1
	}
}

// isEscaped reports whether an odd number of backslashes stands before s[i].
func isEscaped(s string, i int) bool {
	n := 0
	for i > n && s[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// goesOn reports whether the blank at s[i] stands within a list: after a comma or colon, or before a colon.
func goesOn(s string, i int) bool {
	return i > 0 && (s[i-1] == ',' || s[i-1] == ':') || strings.HasPrefix(s[i:], " : ")
}

func (e escaping) decode(s string) string {
	switch e {
	case escapeDefault:
		return unescape(s)
	case escapeJSON:
		return unescapeJSON(s)
	default:
		return s
	}
}
