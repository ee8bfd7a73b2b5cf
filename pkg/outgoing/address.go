package outgoing

import "net/netip"

// special are the ranges that are nobody's on the internet, after the registries of special-purpose
// addresses (RFC 6890 and its updates), beyond those that netip knows by name. Those that carry an IPv4
// address within could be used to name a private one.
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		list[i] = netip.MustParsePrefix(t)
	}
	return list
}

// public reports whether an address belongs to the internet.
func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() { // unicast excludes loopback, link-local, multicast, unspecified
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// cloud are addresses at which clouds hand out credentials and that look like any private one.
var cloud = prefixes("fd00:ec2::254/128", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32")

// inside reports whether an address can be one of the operator's own network: anything but link-local,
// multicast and those at which clouds keep their credentials.
func inside(a netip.Addr) bool {
	for _, p := range cloud {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() || a.IsLoopback()
}
