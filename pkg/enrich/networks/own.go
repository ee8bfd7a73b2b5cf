package networks

import (
	"fmt"
	"net/netip"
	"slices"
)

// own is the operator's own list of networks.
type own struct {
	networks map[netip.Prefix]owner
	bits     [2][]int // lengths of the prefixes, longest first: of IPv4 and IPv6
}

type owner struct{ organisation, class string }

// parseOwn takes a list only if nothing is wrong with it.
func parseOwn(path string, content []byte) (table, error) {
	list := ReadList(path, content)
	if len(list.Faults) > 0 {
		f := list.Faults[0]
		return nil, fmt.Errorf("line %d: %s", f.Line, f.Text)
	}
	return newOwn(list.Entries), nil
}

func newOwn(entries []Entry) *own {
	o := &own{networks: make(map[netip.Prefix]owner, len(entries))}
	for _, e := range entries {
		o.networks[e.Network] = owner{e.Organisation, e.Class}
		if bits := &o.bits[family(e.Network.Addr())]; !slices.Contains(*bits, e.Network.Bits()) {
			*bits = append(*bits, e.Network.Bits())
		}
	}
	for _, bits := range o.bits {
		slices.SortFunc(bits, func(a, b int) int { return b - a })
	}
	return o
}

// parsePrefix takes a network or a single address; IPv4 written as IPv6 is IPv4.
func parsePrefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return p, fmt.Errorf("network %q must be an address or a network such as 203.0.113.0/24", s)
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

func (o *own) fill(a netip.Addr, p *Place) {
	if prefix, ok := o.find(a, 0); ok {
		found := o.networks[prefix]
		p.ASN, p.Organisation, p.Class = 0, found.organisation, found.class
	}
}

// find is the narrowest network of the list that an address is in, of those that are at least so many
// bits wider than it.
func (o *own) find(a netip.Addr, wider int) (netip.Prefix, bool) {
	for _, bits := range o.bits[family(a)] {
		if bits > a.BitLen()-wider {
			continue
		}
		prefix, err := a.Prefix(bits)
		if err != nil {
			continue
		}
		if _, ok := o.networks[prefix]; ok {
			return prefix, true
		}
	}
	return netip.Prefix{}, false
}
