package companies

import "net/netip"

// maxRemarks bounds how many faults, and how many notes, are shown.
const maxRemarks = 50

// NetworksPreview says what a list is, and what would change if it were put in the place of the one in force.
type NetworksPreview struct {
	Networks  int      `json:"networks" doc:"Lines that are right."`
	Companies int      `json:"companies" doc:"Distinct organisations."`
	Wrong     int      `json:"wrong" doc:"Lines that are wrong; with one, nothing is replaced."`
	Faults    []Remark `json:"faults" doc:"What is wrong, at most 50."`
	Notes     []Remark `json:"notes" doc:"What is perhaps not meant, such as a network within another; at most 50."`
	Added     int      `json:"added" doc:"Networks that the list in force has not."`
	Removed   int      `json:"removed" doc:"Networks that only the list in force has."`
	Changed   int      `json:"changed" doc:"Networks with another organisation or class than in the list in force."`
}

func preview(now, next List) NetworksPreview {
	p := NetworksPreview{Networks: len(next.Entries), Wrong: len(next.Faults), Faults: some(next.Faults), Notes: some(next.Notes)}
	names := map[string]bool{}
	was := byNetwork(now)
	for _, e := range next.Entries {
		names[e.Organisation] = true
		old, there := was[e.Network]
		switch delete(was, e.Network); {
		case !there:
			p.Added++
		case old.Organisation != e.Organisation || old.Class != e.Class:
			p.Changed++
		}
	}
	p.Companies, p.Removed = len(names), len(was)
	return p
}

func byNetwork(l List) map[netip.Prefix]Entry {
	m := make(map[netip.Prefix]Entry, len(l.Entries))
	for _, e := range l.Entries {
		m[e.Network] = e
	}
	return m
}

// some are the first remarks; never null.
func some(all []Remark) []Remark {
	return append([]Remark{}, all[:min(len(all), maxRemarks)]...)
}

// find is the narrowest network that an address is in, since that one counts.
func find(l List, a netip.Addr) (found Entry, ok bool) {
	for _, e := range l.Entries {
		if e.Network.Contains(a) && (!ok || e.Network.Bits() > found.Network.Bits()) {
			found, ok = e, true
		}
	}
	return found, ok
}
