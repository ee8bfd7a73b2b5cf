package format

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Prefixes reads addresses and CIDRs.
func Prefixes(texts []string) ([]netip.Prefix, error) {
	prefixes := make([]netip.Prefix, 0, len(texts))
	for _, s := range texts {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err := netip.ParseAddr(s)
			if err != nil || a.Zone() != "" {
				return nil, fmt.Errorf("%q must be an address or a CIDR such as 10.0.0.0/8", s)
			}
			p = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		}
		prefixes = append(prefixes, p.Masked())
	}
	return prefixes, nil
}

// client is the rightmost forwarded address that is no proxy. What stands further left was written by
// the client and is not looked at; an entry that is no address ends the search at the peer.
func (f *Format) client(peer netip.Addr, forwarded string) netip.Addr {
	if len(f.proxies) == 0 || !f.trusted(peer) {
		return peer
	}
	found := peer
	for rest := forwarded; rest != "" && f.trusted(found); {
		hop := rest
		if i := strings.LastIndexByte(rest, ','); i >= 0 {
			rest, hop = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		a, ok := parseHop(strings.TrimSpace(hop))
		if !ok {
			return peer
		}
		found = a
	}
	return found
}

func (f *Format) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(f.proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// parseHop reads an address with or without brackets and port; zones and addresses that no client
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
