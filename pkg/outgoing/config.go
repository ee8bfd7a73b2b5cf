package outgoing

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Config widens where outgoing requests may go. Embed it with the prefix of who calls.
type Config struct {
	Hosts  []string `name:"outgoing-host" help:"Further host that outgoing requests may be redirected to, by https." placeholder:"HOST"`
	Inside []string `name:"outgoing-inside" help:"Host of your own network that outgoing requests may reach at private addresses, and by http." placeholder:"HOST"`
	CAFile string   `name:"outgoing-ca-file" help:"PEM file of further authorities that sign the certificates of those hosts." type:"path" placeholder:"FILE"`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	for setting, hosts := range map[string][]string{"outgoing-host": c.Hosts, "outgoing-inside": c.Inside} {
		for _, h := range hosts {
			if !isHost(h) {
				return fmt.Errorf("%s %q must be a host without port, such as hooks.example.com or 2001:db8::1", setting, h)
			}
		}
	}
	_, err := c.roots()
	return err
}

// isHost reports whether a text is a name or an address, without port or anything else of a URL.
func isHost(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	u, err := url.Parse("https://" + text)
	return err == nil && text != "" && u.Host == text && u.Port() == "" && u.Hostname() == text
}

// CheckURL refuses a URL that the client would not call: it is https, or http to this machine or to a
// host inside. The setting is named in the error.
func (c Config) CheckURL(setting, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("%s %q must be a URL such as https://example.com/hook", setting, raw)
	}
	allowed, err := c.rules([]string{raw})
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	if err := allowed.permit(u); err != nil {
		return fmt.Errorf("%s %q must begin with https://; http:// is for this machine and for hosts that …-outgoing-inside names", setting, raw)
	}
	return nil
}

// rule says how one host may be reached.
type rule struct {
	plain bool // by http too
	// reach reports whether the host may be at an address.
	reach func(netip.Addr) bool
}

// rules are those of all hosts that may be called.
type rules map[string]rule

func (c Config) rules(urls []string) (rules, error) {
	all := rules{}
	for _, h := range c.Hosts {
		all[normal(h)] = named(normal(h))
	}
	for _, raw := range urls {
		u, err := url.Parse(raw)
		if err != nil || u.Hostname() == "" {
			return nil, fmt.Errorf("%q is no URL with a host", raw)
		}
		all[hostOf(u)] = named(hostOf(u))
	}
	for _, h := range c.Inside {
		all[normal(h)] = rule{plain: true, reach: func(a netip.Addr) bool { return a.String() == normal(h) || inside(a) }}
	}
	return all, nil
}

// named is the rule of a host that a setting names. Who writes an address itself, or localhost, means it.
func named(host string) rule {
	local := func(a netip.Addr) bool { return a.IsLoopback() }
	if host == "localhost" {
		return rule{plain: true, reach: local}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return rule{plain: ip.IsLoopback(), reach: func(a netip.Addr) bool { return a == ip }}
	}
	return rule{reach: public}
}

// permit refuses a URL whose host or scheme no rule allows.
func (r rules) permit(u *url.URL) error {
	to, ok := r[hostOf(u)]
	switch {
	case !ok:
		return fmt.Errorf("host %q is not named in the settings: %w", u.Hostname(), ErrRefused)
	case u.Scheme != "https" && (u.Scheme != "http" || !to.plain):
		return fmt.Errorf("%s to %s: it must be https: %w", u.Scheme, u.Hostname(), ErrRefused)
	}
	return nil
}

func hostOf(u *url.URL) string { return normal(u.Hostname()) }

// normal is how hosts are compared.
func normal(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return ip.Unmap().WithZone("").String()
	}
	return host
}

// hostPort splits what is dialled.
func hostPort(address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	return normal(host), err
}
