package networks

import (
	"fmt"
	"net/netip"
)

// Notes says what about a list without faults is perhaps not meant: networks within others, one that is
// very wide, an organisation that is written in two ways.
func (l List) Notes() (notes []Remark) {
	o := newOwn(l.Entries)
	lines := make(map[netip.Prefix]int, len(l.Entries))
	for _, e := range l.Entries {
		lines[e.Network] = e.Line
	}
	names := map[string]Entry{}
	for _, e := range l.Entries {
		note := func(text string) { notes = append(notes, Remark{e.Line, text}) }
		if around, ok := o.find(e.Network.Addr(), e.Network.Addr().BitLen()-e.Network.Bits()+1); ok {
			if a := o.networks[around]; a.organisation != e.Organisation || a.class != e.Class {
				note(fmt.Sprintf("%s (%s) lies within %s (%s, line %d); the narrower one counts", e.Network, e.Organisation, around, a.organisation, lines[around]))
			}
		}
		if e.Network.Bits() < widest[family(e.Network.Addr())] {
			note(fmt.Sprintf("%s is very wide: all of it will be shown as %s", e.Network, e.Organisation))
		}
		name := words(e.Organisation)
		if other, ok := names[name]; ok && other.Organisation != e.Organisation {
			note(fmt.Sprintf("%q is a company of its own beside %q of line %d", e.Organisation, other.Organisation, other.Line))
		} else {
			names[name] = e
		}
	}
	return notes
}

// widest are the lengths from which on prefixes are no wider than those that registries give to one
// organisation: of IPv4 and IPv6.
var widest = [2]int{8, 19}
