package figures

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/param"
)

// dimensions are what views can be filtered by, beside ip and bots: columns of daily_views.
var dimensions = []string{
	"path", "channel", "referrer_host", "utm_source", "utm_medium", "utm_campaign",
	"country", "city", "asn", "organisation", "network_class", "browser", "os", "device", "evidence", "kind",
}

// Filters choose among the views of a site. Each value may hold `*` for any text; `!` in front turns it
// round.
type Filters struct {
	only, except map[string]string // LIKE patterns by dimension
	from, to     netip.Addr        // of ip, both included
}

// none reports whether every view is chosen.
func (f Filters) none() bool { return len(f.only)+len(f.except) == 0 && !f.from.IsValid() }

// parseFilters reads filters as the query string has them, and refuses those that mean nothing.
func parseFilters(texts []string) (Filters, error) {
	f := Filters{only: map[string]string{}, except: map[string]string{}}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, ":")
		if !ok {
			return f, fmt.Errorf("filter %q must be NAME:VALUE, such as path:/blog/*", text)
		}
		if name == "ip" {
			if err := f.address(value); err != nil {
				return f, err
			}
			continue
		}
		if !slices.Contains(dimensions, name) {
			return f, fmt.Errorf("filter %q: there is no %q; choose among ip, %s", text, name, strings.Join(dimensions, ", "))
		}
		side := f.only
		if rest, not := strings.CutPrefix(value, "!"); not {
			side, value = f.except, rest
		}
		if _, twice := side[name]; twice {
			return f, fmt.Errorf("filter %q: %s is there twice", text, name)
		}
		side[name] = like(value)
	}
	return f, nil
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `*`, `%`)

// like makes a LIKE pattern of a value in which `*` stands for any text.
func like(value string) string { return likeEscapes.Replace(value) }

func (f *Filters) address(value string) error {
	if p, err := netip.ParsePrefix(value); err == nil {
		f.from, f.to = p.Masked().Addr(), lastOf(p)
		return nil
	}
	a, err := netip.ParseAddr(value)
	if err != nil || a.Zone() != "" {
		return fmt.Errorf("filter ip:%q must be an address or a network such as 203.0.113.0/24", value)
	}
	f.from, f.to = a, a
	return nil
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// params are the filters as the statements take them.
func (f Filters) params() params {
	p := params{"only": param.Map(f.only), "except": param.Map(f.except), "ip_from": "::", "ip_to": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}
	if f.from.IsValid() {
		p["ip_from"], p["ip_to"] = param.Address(f.from), param.Address(f.to)
	}
	return p
}

// pinned takes the range and the filters of a share from its query.
func pinned(query string) (url.Values, error) {
	v, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("read the query of the link %q: %w", query, err)
	}
	return v, nil
}
