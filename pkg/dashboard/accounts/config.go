package accounts

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// Config says who may use the dashboard. Embed it with the prefix `dashboard-`.
type Config struct {
	State           string   `help:"Folder of users, sessions, API tokens and shared links; needed when people sign in." type:"path" placeholder:"DIR"`
	SignIn          string   `help:"Whether people sign in: on, off, or auto: off only while the dashboard listens on loopback and has no public URL." enum:"auto,on,off" default:"auto"`
	PublicURL       string   `help:"URL at which people find the dashboard, such as https://stats.example.com." placeholder:"URL"`
	LocalAccounts   bool     `help:"Let people sign in with a name and a password of the dashboard's own." default:"true" negatable:""`
	TrustedProxies  []string `help:"Addresses or CIDRs of the proxies in front, whose forwarded header is believed." placeholder:"CIDR"`
	ForwardedHeader string   `help:"The one header in which those proxies name the client, such as X-Forwarded-For." placeholder:"NAME"`
	OIDC            OIDC     `embed:"" prefix:"oidc-"`
}

// Check refuses settings that cannot work for a dashboard that listens on addr.
func (c Config) Check(addr string) error {
	if c.SignIn == "off" && !isLoopback(addr) {
		return fmt.Errorf("dashboard-sign-in %q needs a dashboard-addr on loopback, such as 127.0.0.1:8080: on %q everyone would be an admin", c.SignIn, addr)
	}
	if err := checkURL("dashboard-public-url", c.PublicURL); err != nil {
		return err
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	if !c.LocalAccounts && !c.OIDC.on() {
		return errors.New("dashboard-local-accounts is off and dashboard-oidc-issuer is empty: nobody could sign in")
	}
	if c.OIDC.on() && c.PublicURL == "" {
		return fmt.Errorf("dashboard-oidc-issuer %q needs dashboard-public-url: the provider sends people back there", c.OIDC.Issuer)
	}
	if !c.LocalAccounts && !c.OIDC.hasAdmins() {
		return errors.New("dashboard-local-accounts is off and no group of dashboard-oidc-group-roles is admin: nobody could manage people")
	}
	return c.OIDC.check()
}

// opens reports whether the dashboard asks nobody. A public URL means a proxy in front, and its requests
// come from loopback too.
func (c Config) opens(addr string) bool {
	return c.SignIn == "off" || c.SignIn == "auto" && isLoopback(addr) && c.PublicURL == ""
}

// Base is the URL at which people find a dashboard that listens on addr.
func (c Config) Base(addr string) string { return c.base(addr) }

// base is where a browser finds the dashboard; a wildcard host is reached by loopback.
func (c Config) base(addr string) string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(addr)
	if ip, bad := netip.ParseAddr(host); err != nil || host == "" || bad == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (c Config) proxies() (proxies.Trusted, error) {
	if (len(c.TrustedProxies) > 0) != (c.ForwardedHeader != "") {
		return nil, fmt.Errorf("dashboard-trusted-proxies %q and dashboard-forwarded-header %q go together", c.TrustedProxies, c.ForwardedHeader)
	}
	var trusted proxies.Trusted
	for _, s := range c.TrustedProxies {
		p, err := proxies.Parse(s)
		if err != nil {
			return nil, fmt.Errorf("dashboard-trusted-proxies %q must be an address or a CIDR: %w", s, err)
		}
		trusted = append(trusted, p)
	}
	return trusted, nil
}

func checkURL(setting, text string) error {
	u, err := url.Parse(text)
	if text == "" {
		return nil
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%s %q must be scheme and host, such as https://stats.example.com", setting, text)
	}
	return nil
}

// isLoopback reports whether only this machine reaches a listening address.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && loopbackHost(host)
}

// loopbackHost reports whether a host name or address is this machine for browsers.
func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}
