package format

import (
	"net/netip"
	"strconv"
	"strings"
)

// Guess is what a log's lines look like.
type Guess struct {
	Format     string // a name, or a log_format's text
	Read, From int    // lines that the format reads, of so many that hold anything
}

// combinedText is the combined format as nginx writes it.
const combinedText = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`

// GuessFormat names the format that reads most of the lines; among equals the one that tells more.
// What stands behind a combined line is named by its values, as far as they speak for themselves.
func GuessFormat(lines [][]byte) Guess {
	candidates := []string{Auto, Combined, JSON, Caddy, VhostCombined}
	if tail := guessTail(lines); tail != "" {
		candidates = append(candidates, combinedText+tail)
	}
	best := Guess{Format: Auto}
	for _, text := range candidates {
		f, err := New(text, nil)
		if err != nil {
			continue
		}
		if g := f.try(lines); g.Read >= best.Read {
			best = Guess{text, g.Read, g.From}
		}
	}
	if best.Read == 0 {
		return Guess{Format: Auto, From: best.From}
	}
	if best.Format == Caddy || best.Format == JSON || best.Format == Combined {
		best.Format = exactName(lines)
	}
	return best
}

// try counts the lines that the format reads. Requests that no browser sends are readable lines.
func (f *Format) try(lines [][]byte) Guess {
	var g Guess
	for _, line := range lines {
		var l Line
		switch f.Read(&l, line) {
		case SkipEmpty:
			continue
		case "", SkipNoRequest, SkipBadRequest:
			g.Read++
		}
		g.From++
	}
	return g
}

// exactName tells the formats apart that Auto reads.
func exactName(lines [][]byte) string {
	agents, json, caddy := 0, 0, 0
	f, _ := New(Auto, nil)
	for _, line := range lines {
		var l Line
		if f.Read(&l, line) != "" {
			continue
		}
		switch {
		case line[0] == '{' && strings.Contains(string(line), `"request":{`):
			caddy++
		case line[0] == '{':
			json++
		default:
			if _, ok := behindCombined(string(line)); ok {
				agents++
			}
		}
	}
	switch {
	case caddy > max(json, agents):
		return Caddy
	case json > agents:
		return JSON
	case agents == 0:
		return Common
	}
	return Combined
}

// guessTail names the fields that stand behind the user-agent of combined lines: "" where there are
// none, where their number varies, or where no value says what it is.
func guessTail(lines [][]byte) string {
	var columns [][]string
	rows := 0
	for _, line := range lines {
		var l Line
		rest, ok := behindCombined(string(line))
		if l.readCombined(string(line)) != "" || !ok {
			continue
		}
		tokens := tokensOf(rest)
		if rows++; rows == 1 {
			columns = make([][]string, len(tokens))
		}
		if len(tokens) != len(columns) {
			return ""
		}
		for i, token := range tokens {
			columns[i] = append(columns[i], token)
		}
	}
	var text strings.Builder
	known := false
	for i, column := range columns {
		name := nameOf(column)
		if known = known || name != ""; name == "" {
			name = "$field" + strconv.Itoa(i+1)
		}
		if column[0][0] == '"' {
			name = `"` + name + `"`
		}
		text.WriteString(" " + name)
	}
	if !known {
		return ""
	}
	return text.String()
}

// behindCombined is what follows the third quoted text of a line.
func behindCombined(s string) (string, bool) {
	for range 3 {
		_, opened, ok := strings.Cut(s, `"`)
		if !ok {
			return "", false
		}
		if _, s, ok = cutQuoted(opened); !ok {
			return "", false
		}
	}
	return s, true
}

// tokensOf cuts at blanks, but not within quotes; quotes stay.
func tokensOf(s string) (tokens []string) {
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		end := strings.IndexByte(s, ' ')
		if s[0] == '"' {
			field, _, _ := cutQuoted(s[1:])
			end = min(len(field)+2, len(s))
		}
		if end < 0 {
			end = len(s)
		}
		tokens, s = append(tokens, s[:end]), s[end:]
	}
	return tokens
}

// nameOf names a column by its values, those that say nothing aside.
func nameOf(column []string) string {
	name := ""
	for _, token := range column {
		value := strings.Trim(token, `"`)
		if value == "-" || value == "" {
			continue
		}
		this := nameOfValue(value)
		if this == "" || name != "" && this != name {
			return ""
		}
		name = this
	}
	return name
}

func nameOfValue(value string) string {
	if isRequestID(value) {
		return "$request_id"
	}
	first, _, _ := strings.Cut(value, ",")
	if _, err := netip.ParseAddr(first); err == nil {
		return "$http_x_forwarded_for"
	}
	whole, fraction, found := strings.Cut(value, ".")
	if found && len(fraction) == 3 && strings.Trim(whole+fraction, "0123456789") == "" && len(whole) < 6 {
		return "$request_time"
	}
	return ""
}

// isRequestID reports whether s looks like nginx's: 32 hex digits.
func isRequestID(s string) bool { return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == "" }
