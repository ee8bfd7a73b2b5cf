package figures

import (
	"net"
	"net/netip"
	"time"
)

// Row is a row of a table by column. Counts and milliseconds are integers, days YYYY-MM-DD (text in the statements already), instants
// RFC 3339, addresses text; null is unknown.
type Row map[string]any

// plain makes a value of ClickHouse's driver one that JSON shows as people write it.
func plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	case net.IP:
		if a, ok := netip.AddrFromSlice(v); ok {
			return a.Unmap().String()
		}
		return ""
	case *uint64:
		if v == nil {
			return nil
		}
		return *v
	case *float64:
		if v == nil {
			return nil
		}
		return *v
	case *string:
		if v == nil {
			return nil
		}
		return *v
	}
	return v
}
