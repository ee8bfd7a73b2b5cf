package format

import (
	"fmt"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// Prefixes reads addresses and CIDRs.
func Prefixes(texts []string) (proxies.Trusted, error) {
	prefixes := make(proxies.Trusted, 0, len(texts))
	for _, s := range texts {
		p, err := proxies.Parse(s)
		if err != nil || strings.Contains(s, "%") {
			return nil, fmt.Errorf("%q must be an address or a CIDR such as 10.0.0.0/8", s)
		}
		prefixes = append(prefixes, p)
	}
	return prefixes, nil
}
