package networks

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/netip"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/configfile"
)

// own is the operator's own list of networks.
type own struct {
	networks map[netip.Prefix]owner
	bits     [2][]int // lengths of the prefixes, longest first: of IPv4 and IPv6
}

type owner struct{ organisation, class string }

// ownNetwork is an entry of the file.
type ownNetwork struct {
	Network      string `yaml:"network"`
	Organisation string `yaml:"organisation"`
	Class        string `yaml:"class"` // business when it is empty
}

func parseOwn(path string, content []byte) (table, error) {
	read := readOwnCSV
	if hasSuffix(path, ".yaml", ".yml") {
		read = readOwnYAML
	}
	entries, err := read(content)
	if err != nil {
		return nil, err
	}
	o := &own{networks: map[netip.Prefix]owner{}}
	for _, e := range entries {
		if err := o.add(e); err != nil {
			return nil, err
		}
	}
	for _, bits := range o.bits {
		slices.SortFunc(bits, func(a, b int) int { return b - a })
	}
	return o, nil
}

func readOwnYAML(content []byte) ([]ownNetwork, error) {
	var f struct {
		Networks []ownNetwork `yaml:"networks"`
	}
	if err := configfile.Decode(content, &f); err != nil {
		return nil, err
	}
	return f.Networks, nil
}

// readOwnCSV takes network, organisation and, where it is given, class; the first row may name them.
func readOwnCSV(content []byte) ([]ownNetwork, error) {
	rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\uFEFF"))))
	rows.FieldsPerRecord, rows.TrimLeadingSpace, rows.Comment = -1, true, '#'
	all, err := rows.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read CSV: %w", err)
	}
	if len(all) > 0 && all[0][0] == "network" {
		all = all[1:]
	}
	entries := make([]ownNetwork, len(all))
	for i, row := range all {
		if len(row) < 2 || len(row) > 3 {
			return nil, fmt.Errorf("row %q must be network, organisation and class", row)
		}
		entries[i] = ownNetwork{Network: row[0], Organisation: row[1]}
		if len(row) == 3 {
			entries[i].Class = row[2]
		}
	}
	return entries, nil
}

func (o *own) add(e ownNetwork) error {
	p, err := parsePrefix(e.Network)
	if err != nil {
		return err
	}
	name := clean(e.Organisation)
	if name == "" {
		return fmt.Errorf("network %q needs an organisation", e.Network)
	}
	if e.Class == "" {
		e.Class = "business"
	}
	if !slices.Contains(classNames, e.Class) {
		return fmt.Errorf("class %q of network %q must be one of %q", e.Class, e.Network, classNames)
	}
	if _, twice := o.networks[p]; twice {
		return fmt.Errorf("network %q is there twice", e.Network)
	}
	o.networks[p] = owner{name, e.Class}
	if bits := &o.bits[family(p.Addr())]; !slices.Contains(*bits, p.Bits()) {
		*bits = append(*bits, p.Bits())
	}
	return nil
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
	for _, bits := range o.bits[family(a)] {
		prefix, err := a.Prefix(bits)
		if err != nil {
			continue
		}
		if found, ok := o.networks[prefix]; ok {
			p.ASN, p.Organisation, p.Class = 0, found.organisation, found.class
			return
		}
	}
}
