package accounts

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// OIDC says how people sign in at an OpenID provider. Embed it with the prefix `oidc-`.
type OIDC struct {
	Issuer           string            `help:"OpenID provider at which people sign in, such as https://id.example.com; empty for none. It sends them back to PUBLIC-URL/oidc/callback." placeholder:"URL"`
	ClientID         string            `help:"What the dashboard is called there." placeholder:"ID"`
	ClientSecretFile string            `help:"File with the dashboard's secret there; empty for a public client." type:"path" placeholder:"FILE"`
	Scopes           []string          `help:"What is asked for besides openid." default:"email,profile"`
	NameClaim        string            `help:"Claim that is the user's name; an email must be verified." default:"email" placeholder:"CLAIM"`
	EmailDomains     []string          `help:"Only people with a verified email in one of these domains come in; repeatable." placeholder:"DOMAIN"`
	GroupsClaim      string            `help:"Claim that lists the user's groups." default:"groups" placeholder:"CLAIM"`
	GroupRoles       map[string]string `help:"Role of each group; the highest counts, at every sign-in." placeholder:"GROUP=ROLE"`
	GroupSites       map[string]string `help:"Sites of each group, separated by commas, * for all; they add up, at every sign-in." placeholder:"GROUP=SITE,SITE"`
	DefaultRole      string            `help:"Role of people whom no group and no invitation names; none: they are refused." enum:"none,viewer,analyst,admin" default:"none"`
}

func (o OIDC) on() bool { return o.Issuer != "" }

const allSites = "*"

func (o OIDC) check() error {
	if !o.on() {
		return nil
	}
	if u, err := url.Parse(o.Issuer); err != nil || u.Hostname() == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopbackHost(u.Hostname())) {
		return fmt.Errorf("dashboard-oidc-issuer %q must be an https URL: whoever changes what it says can be anybody", o.Issuer)
	}
	if o.ClientID == "" {
		return errors.New("dashboard-oidc-client-id must say what the dashboard is called at the provider")
	}
	if o.NameClaim == "" {
		return errors.New("dashboard-oidc-name-claim must not be empty")
	}
	for group, role := range o.GroupRoles {
		if !access.Role(role).Valid() {
			return fmt.Errorf("dashboard-oidc-group-roles %s=%q must be viewer, analyst or admin", group, role)
		}
	}
	for group, sites := range o.GroupSites {
		if slices.Contains(strings.Split(sites, ","), "") {
			return fmt.Errorf("dashboard-oidc-group-sites %s=%q must be sites, separated by commas", group, sites)
		}
	}
	_, err := o.secret()
	return err
}

// hasAdmins reports whether admins can come from the provider.
func (o OIDC) hasAdmins() bool {
	return o.DefaultRole == string(access.Admin) || slices.Contains(slices.Collect(maps.Values(o.GroupRoles)), string(access.Admin))
}

// secret is read again for each sign-in, so that a rotated one needs no restart.
func (o OIDC) secret() (string, error) {
	if o.ClientSecretFile == "" {
		return "", nil
	}
	content, err := os.ReadFile(o.ClientSecretFile)
	if err != nil {
		return "", fmt.Errorf("read dashboard-oidc-client-secret-file: %w", err)
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return "", fmt.Errorf("dashboard-oidc-client-secret-file %q is empty", o.ClientSecretFile)
	}
	return secret, nil
}

// role is what the groups give; ok is false when they say nothing.
func (o OIDC) role(groups []string) (role access.Role, ok bool) {
	for _, g := range groups {
		if r := access.Role(o.GroupRoles[g]); r.Valid() && (!ok || r.Includes(role)) {
			role, ok = r, true
		}
	}
	return role, ok
}

// scope is what the groups give; all sites when no group is tied to sites.
func (o OIDC) scope(role access.Role, groups []string) store.Scope {
	if len(o.GroupSites) == 0 || role == access.Admin {
		return store.Scope{All: true}
	}
	var sites []string
	for _, g := range groups {
		if of := o.GroupSites[g]; of != "" {
			sites = append(sites, strings.Split(of, ",")...)
		}
	}
	return scopeOf(slices.Contains(sites, allSites), sites)
}
