package accounts

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// request is what accounts need to know of a request besides its body.
type request struct {
	from   netip.Addr // of the client, behind the operator's proxies
	agent  string
	cookie string // the session's secret; empty without one
	origin string // of the page that sent it; empty outside browsers
}

type requestKey struct{}

// about keeps what is known of a request for the operations.
func (a *Accounts) about(r *http.Request) *http.Request {
	q := request{from: a.client(r), agent: short(r.UserAgent()), origin: r.Header.Get("Origin")}
	if c, err := r.Cookie(cookieName); err == nil {
		q.cookie = c.Value
	}
	return r.WithContext(context.WithValue(r.Context(), requestKey{}, q))
}

func requestOf(ctx context.Context) request {
	q, _ := ctx.Value(requestKey{}).(request)
	return q
}

// client is the address of whoever asks; a malformed forwarded header is not believed.
func (a *Accounts) client(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv6Unspecified()
	}
	from, _ := a.trusted.Client(peer.Addr().Unmap().WithZone(""), strings.Join(r.Header.Values(a.cfg.ForwardedHeader), ","))
	return from
}

// plain reports whether the page that sent the request was opened over plain HTTP from another machine:
// no browser keeps the session's cookie then.
func (q request) plain() bool {
	host, isHTTP := strings.CutPrefix(q.origin, "http://")
	return isHTTP && !loopbackHost(hostOnly(host))
}

// origin is the network that shares one throttle: an IPv6 client usually has a /64 to itself.
func (q request) throttled() string {
	if q.from.Is4() {
		return q.from.String()
	}
	return prefix(q.from, 64)
}

// network is the client's network as people and the log see it: never a full address.
func (q request) network() string {
	if q.from.Is4() {
		return prefix(q.from, 24)
	}
	return prefix(q.from, 48)
}

func prefix(a netip.Addr, bits int) string {
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// longestAgent bounds what is kept of a User-Agent, in bytes.
const longestAgent = 200

func short(agent string) string {
	agent = strings.ToValidUTF8(agent, "")
	if len(agent) <= longestAgent {
		return agent
	}
	cut := longestAgent
	for !utf8.RuneStart(agent[cut]) {
		cut--
	}
	return agent[:cut]
}
