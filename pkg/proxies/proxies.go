// Package proxies finds out whose address stands behind the proxies of an operator. Only addresses that
// the operator has named are believed.
package proxies

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
)

// Parse reads an address or a CIDR.
func Parse(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		return a.Unmap().Prefix(a.Unmap().BitLen())
	}
	p, err := netip.ParsePrefix(s)
	if err == nil && p.Addr().Is4In6() {
		return netip.Prefix{}, errors.New("an IPv4 prefix in IPv6 form")
	}
	return p, err
}

// Trusted are addresses that are believed.
type Trusted []netip.Prefix

// Contain reports whether the address is one of them.
func (t Trusted) Contain(a netip.Addr) bool {
	return slices.ContainsFunc(t, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Client is the address behind a peer: the peer's own, or, when that is trusted, the rightmost forwarded
// one that is not. What stands further left was written by the client and is not looked at. A malformed
// entry ends the search: it is the peer's address then, and ok is false.
func (t Trusted) Client(peer netip.Addr, forwarded string) (client netip.Addr, ok bool) {
	client = peer
	for rest := forwarded; rest != "" && t.Contain(client); {
		hop := rest
		if i := strings.LastIndexByte(rest, ','); i >= 0 {
			rest, hop = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		if client, ok = ParseHop(strings.TrimSpace(hop)); !ok {
			return peer, false
		}
	}
	return client, true
}

// ParseHop reads one forwarded address, with or without brackets and a port. Zones and addresses that no
// client can have are refused.
func ParseHop(s string) (netip.Addr, bool) {
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
