package accounts

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Guard stands in front of everything that the dashboard serves.
//
// It refuses requests that change something and come from the page of another site, by what browsers say
// themselves (Sec-Fetch-Site, Origin). A dashboard that asks nobody is guarded more, since reaching it is
// enough to be an admin:
//   - its Host must be this machine (or the public URL's), or a name that an attacker points to 127.0.0.1
//     would make the browser treat his page as the dashboard's;
//   - a request that a proxy has forwarded is refused, unless a public URL says that there is one;
//   - pages of other sites do not read from the API either.
func (a *Accounts) Guard(next http.Handler) http.Handler {
	next = a.federation(next)
	var cross http.CrossOriginProtection
	if a.cfg.PublicURL != "" {
		_ = cross.AddTrustedOrigin(a.base) // Check has seen that it is one
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.open {
			if trouble := a.stranger(r); trouble != "" {
				refuse(w, http.StatusForbidden, trouble)
				return
			}
		}
		if err := cross.Check(r); err != nil {
			refuse(w, http.StatusForbidden, "this came from a page of another site")
			return
		}
		next.ServeHTTP(w, a.about(r))
	})
}

// stranger says why a dashboard without sign-in refuses a request, or nothing.
func (a *Accounts) stranger(r *http.Request) string {
	host := hostOnly(r.Host)
	if !loopbackHost(host) && !a.isPublicHost(host) {
		return "this dashboard opens without a password, to this machine only: open " + a.base + ", or set dashboard-public-url"
	}
	if a.cfg.PublicURL == "" && forwarded(r.Header) {
		return "this dashboard opens without a password, and not behind a proxy: set dashboard-public-url and dashboard-sign-in=on"
	}
	if site := r.Header.Get("Sec-Fetch-Site"); (site == "cross-site" || site == "same-site") && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
		return "this came from a page of another site"
	}
	return ""
}

func (a *Accounts) isPublicHost(host string) bool {
	u, err := url.Parse(a.cfg.PublicURL)
	return err == nil && u.Hostname() != "" && strings.EqualFold(u.Hostname(), host)
}

// forwarded reports whether a proxy has left its marks.
func forwarded(h http.Header) bool {
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

// hostOnly is a Host header without its port and brackets.
func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return ip.String()
	}
	return host
}

func refuse(w http.ResponseWriter, status int, detail string) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.NewError(status, detail)) // the client has gone when this fails
}
