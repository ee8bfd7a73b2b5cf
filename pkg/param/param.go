// Package param writes values as ClickHouse reads the typed parameters of a statement: {name:Type}.
package param

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Instant writes a DateTime64(3): UTC, milliseconds.
func Instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }

// escapes are those of a String, which ClickHouse reads as it reads a field of tab-separated text.
var escapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\b", `\b`, "\f", `\f`, "\x00", `\0`)

// Text writes a String.
func Text(s string) string { return escapes.Replace(s) }

var quoter = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func quoted(s string) string { return "'" + quoter.Replace(s) + "'" }

// List writes an Array(String); an array of what else is quoted, such as instants, looks the same.
func List(items []string) string {
	all := make([]string, len(items))
	for i, s := range items {
		all[i] = quoted(s)
	}
	return "[" + strings.Join(all, ",") + "]"
}

// Map writes a Map(String, String), in the order of its keys.
func Map(m map[string]string) string {
	pairs := make([]string, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, quoted(k)+":"+quoted(m[k]))
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

// Address writes an IPv6, as the tables hold addresses: IPv4 as ::ffff:a.b.c.d.
func Address(a netip.Addr) string {
	if a.Is4() {
		return "::ffff:" + a.String()
	}
	return a.String()
}
