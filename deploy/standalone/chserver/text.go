package chserver

import (
	"strconv"
	"strings"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
)

// textLines splits one-column output.
func textLines(data []byte) []string {
	return strings.Split(strings.TrimRight(string(data), "\n"), "\n")
}

// tabSeparated splits and unescapes TabSeparated output.
func tabSeparated(data []byte) [][]string {
	var rows [][]string
	for _, line := range textLines(data) {
		fields := strings.Split(line, "\t")
		for i, f := range fields {
			if text, _, ok := sqltext.Unquote("\t" + f + "\t"); ok {
				fields[i] = text
			}
		}
		rows = append(rows, fields)
	}
	return rows
}

// serverVersion is the engine's version as numbers.
type serverVersion struct{ major, minor, patch int }

func (s *Server) version() (v serverVersion) {
	parts := strings.Split(s.engine.Version(), ".")
	for i, n := range []*int{&v.major, &v.minor, &v.patch} {
		if i < len(parts) {
			*n, _ = strconv.Atoi(parts[i]) // the engine's own number; 0 if it ever is none
		}
	}
	return v
}
