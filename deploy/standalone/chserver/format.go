package chserver

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
)

// The engine writes each chunk of a streamed result as a whole document. In most formats the chunks
// can simply follow each other; in some the head has to be cut from all but the first; the others
// (JSON, Parquet, Pretty …) cannot be streamed and are built whole.

// chunking says how a format's chunks are put together.
type chunking struct {
	head func(chunk []byte) int // length of the head, nil for none
}

var plain = chunking{}

// streamed are the formats that can be streamed, by name in lower case.
var streamed = map[string]chunking{
	"native": plain, "rowbinary": plain, "msgpack": plain, "null": plain,
	"tabseparated": plain, "tsv": plain, "tabseparatedraw": plain, "tsvraw": plain, "raw": plain, "tskv": plain,
	"csv": plain, "lineasstring": plain, "rawblob": plain,
	"jsoneachrow": plain, "jsonlines": plain, "ndjson": plain, "jsonstringseachrow": plain,
	"jsoncompacteachrow": plain, "jsoncompactstringseachrow": plain,

	"tabseparatedwithnames": {lineHead(1, false)}, "tabseparatedwithnamesandtypes": {lineHead(2, false)},
	"tsvwithnames": {lineHead(1, false)}, "tsvwithnamesandtypes": {lineHead(2, false)},
	"csvwithnames": {lineHead(1, true)}, "csvwithnamesandtypes": {lineHead(2, true)},
	"jsoncompacteachrowwithnames": {lineHead(1, false)}, "jsoncompacteachrowwithnamesandtypes": {lineHead(2, false)},
	"jsoncompactstringseachrowwithnames": {lineHead(1, false)}, "jsoncompactstringseachrowwithnamesandtypes": {lineHead(2, false)},
	"rowbinarywithnames": {binaryHead(1)}, "rowbinarywithnamesandtypes": {binaryHead(2)},
}

// chunkingOf tells whether and how the result of a statement can be streamed in a format.
func chunkingOf(text sqltext.Statement, format string, settings map[string]string) (chunking, bool) {
	c, ok := streamed[strings.ToLower(format)]
	if settings["output_format_json_array_of_rows"] != "" || settings["extremes"] != "" || text.Has("WITH", "TOTALS") {
		return c, false
	}
	return c, ok && text.Reads()
}

// lineHead measures a head of some lines; in quoted formats a line end in quotes ends no line.
func lineHead(lines int, quotes bool) func([]byte) int {
	return func(chunk []byte) int {
		left, quoted := lines, false
		for i, c := range chunk {
			switch {
			case quotes && c == '"':
				quoted = !quoted
			case c == '\n' && !quoted:
				if left--; left == 0 {
					return i + 1
				}
			}
		}
		return len(chunk)
	}
}

// binaryHead measures the head of RowBinaryWithNames…: a count, then that many texts, once or twice.
func binaryHead(lists int) func([]byte) int {
	return func(chunk []byte) int {
		count, at := binary.Uvarint(chunk)
		for range uint64(lists) * count {
			size, n := binary.Uvarint(chunk[min(at, len(chunk)):])
			if n <= 0 || size > uint64(len(chunk)) {
				return len(chunk)
			}
			at += n + int(size)
		}
		return min(at, len(chunk))
	}
}

// contentTypes by format in lower case; the longest prefix that fits wins.
var contentTypes = []struct{ prefix, value string }{
	{"tabseparated", "text/tab-separated-values; charset=UTF-8"},
	{"tsv", "text/tab-separated-values; charset=UTF-8"},
	{"csvwithnames", "text/csv; charset=UTF-8; header=present"},
	{"csv", "text/csv; charset=UTF-8; header=absent"},
	{"jsoneachrow", "application/x-ndjson; charset=UTF-8"},
	{"jsonlines", "application/x-ndjson; charset=UTF-8"},
	{"ndjson", "application/x-ndjson; charset=UTF-8"},
	{"json", "application/json; charset=UTF-8"},
	{"xml", "application/xml; charset=UTF-8"},
	{"markdown", "text/markdown; charset=UTF-8"},
	{"native", "application/octet-stream"},
	{"rowbinary", "application/octet-stream"},
	{"parquet", "application/octet-stream"},
	{"arrow", "application/octet-stream"},
	{"orc", "application/octet-stream"},
	{"avro", "application/octet-stream"},
	{"msgpack", "application/octet-stream"},
	{"rawblob", "application/octet-stream"},
}

func contentType(format string) string {
	format = strings.ToLower(format)
	for _, t := range contentTypes {
		if strings.HasPrefix(format, t.prefix) {
			return t.value
		}
	}
	return "text/plain; charset=UTF-8"
}

// isBlank says whether data has nothing but white space.
func isBlank(data []byte) bool { return len(bytes.TrimSpace(data)) == 0 }
