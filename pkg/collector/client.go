package collector

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// clients finds out who sent a request. Only the operator's proxies are believed, and only the one
// header that the operator has named.
type clients struct {
	proxies []netip.Prefix
	header  string
	invalid prometheus.Counter
}

// address is the client's address: the connection's, or, when that is a trusted proxy, the
// rightmost forwarded one that is not. What stands further left was written by the client and is
// not looked at. A malformed entry ends the search: the connection's address is used, and counted.
func (c clients) address(r *http.Request) netip.Addr {
	peer := connectionAddress(r.RemoteAddr)
	if len(c.proxies) == 0 || !c.trusted(peer) {
		return peer
	}
	found := peer
	rest := strings.Join(r.Header.Values(c.header), ",")
	for rest != "" {
		var hop string
		if i := strings.LastIndexByte(rest, ','); i >= 0 {
			rest, hop = rest[:i], rest[i+1:]
		} else {
			rest, hop = "", rest
		}
		a, ok := parseHop(strings.TrimSpace(hop))
		if !ok {
			c.invalid.Inc()
			return peer
		}
		if found = a; !c.trusted(a) {
			break
		}
	}
	return found
}

// believes reports whether the client's address comes from a proxy's header.
func (c clients) believes(r *http.Request) bool {
	return c.address(r) != connectionAddress(r.RemoteAddr)
}

func (c clients) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(c.proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// connectionAddress reads what net/http says of the connection. A link-local peer has a zone, which
// names an interface of this machine and says nothing of the client.
func connectionAddress(remote string) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil { // not a TCP connection
		return netip.IPv6Unspecified()
	}
	return ap.Addr().Unmap().WithZone("")
}

// parseHop reads one forwarded address, with or without a port. Zones and addresses that no client
// can have are refused.
func parseHop(s string) (netip.Addr, bool) {
	bare := s
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		bare = s[1 : len(s)-1]
	}
	a, err := netip.ParseAddr(bare)
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		a = ap.Addr()
	}
	a = a.Unmap()
	return a, a.Zone() == "" && !a.IsUnspecified() && !a.IsMulticast()
}
