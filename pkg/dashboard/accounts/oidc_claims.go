package accounts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// claims are what a provider says of somebody.
type claims struct {
	issuer, subject string
	values          map[string]any
}

func (c claims) text(name string) string {
	s, _ := c.values[name].(string)
	return s
}

// email is the verified email, or empty.
func (c claims) email() string {
	email := strings.ToLower(c.text("email"))
	if verified, _ := c.values["email_verified"].(bool); !verified || !strings.Contains(email, "@") {
		return ""
	}
	return email
}

// list reads a claim that holds one text or several.
func (c claims) list(name string) (texts []string) {
	switch v := c.values[name].(type) {
	case string:
		return []string{v}
	case []any:
		for _, each := range v {
			if s, ok := each.(string); ok {
				texts = append(texts, s)
			}
		}
	}
	return texts
}

// refused says why somebody whom the provider knows does not come in.
type refused struct{ why string }

func (r refused) Error() string { return r.why }

// admit finds or makes the user whom the provider vouches for. Who somebody is, is told by issuer and
// subject; the name is taken once, from a person who has been invited under it, or for a new user. A user
// with a password keeps the name for himself: the provider must not take accounts over.
func (a *Accounts) admit(tx *store.Tx, c claims) (store.User, error) {
	o := a.cfg.OIDC
	if domain := c.email()[strings.LastIndexByte(c.email(), '@')+1:]; len(o.EmailDomains) > 0 && !slices.ContainsFunc(o.EmailDomains, func(d string) bool { return strings.EqualFold(d, domain) }) {
		return store.User{}, refused{"the provider vouches for no email in an allowed domain"}
	}
	u, err := a.vouched(tx, c)
	if err != nil {
		return u, err
	}
	groups := c.list(o.GroupsClaim)
	byGroups, named := o.role(groups)
	switch {
	case named:
		u.Role, u.ByGroup = byGroups, true
	case u.ByGroup || u.Role == "": // nothing lets in any more, or yet
		u.Role, u.ByGroup = access.Role(o.DefaultRole), false
	}
	if !u.Role.Valid() {
		return u, refused{"no group, no invitation and no default role lets this person in"}
	}
	if len(o.GroupSites) > 0 || u.Created.IsZero() || u.Role == access.Admin {
		u.Scope = o.scope(u.Role, groups)
	}
	if u.Created.IsZero() {
		u.Created = a.now()
	}
	u.Issuer, u.Subject = c.issuer, c.subject
	return u, nil
}

// vouched is the user as he stands before the groups are looked at.
func (a *Accounts) vouched(tx *store.Tx, c claims) (u store.User, err error) {
	known, err := tx.Users().Find(func(u store.User) bool { return u.Issuer == c.issuer && u.Subject == c.subject })
	if err != nil {
		return u, err
	}
	if len(known) > 0 {
		u = known[0].Record
	} else if u, err = a.fresh(tx, c); err != nil {
		return u, err
	}
	if u.Disabled {
		return u, refused{"this user is disabled"}
	}
	return u, nil
}

// fresh is a user who comes from the provider for the first time.
func (a *Accounts) fresh(tx *store.Tx, c claims) (u store.User, err error) {
	text := c.text(a.cfg.OIDC.NameClaim)
	if a.cfg.OIDC.NameClaim == "email" {
		text = c.email()
	}
	name, err := checkName(text)
	if err != nil {
		return u, refused{fmt.Sprintf("the provider gives no name that can be used (claim %s; an email must be verified)", a.cfg.OIDC.NameClaim)}
	}
	u, there, err := tx.Users().Get(name)
	if err != nil {
		return u, err
	}
	if there && canEnter(u) {
		return u, refused{"somebody else has this name here"}
	}
	u.Name = name
	return u, nil
}
