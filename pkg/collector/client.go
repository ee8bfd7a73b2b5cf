package collector

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// clients finds out who sent a request. Only the operator's proxies are believed, and only the one
// header that the operator has named.
type clients struct {
	proxies proxies.Trusted
	header  string
	invalid prometheus.Counter
}

// address is the client's address. A malformed entry of the header is counted.
func (c clients) address(r *http.Request) netip.Addr {
	client, ok := c.proxies.Client(connectionAddress(r.RemoteAddr), strings.Join(r.Header.Values(c.header), ","))
	if !ok {
		c.invalid.Inc()
	}
	return client
}

// believes reports whether the client's address comes from a proxy's header.
func (c clients) believes(r *http.Request) bool {
	return c.address(r) != connectionAddress(r.RemoteAddr)
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
