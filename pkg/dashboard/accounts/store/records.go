package store

import (
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
)

// Scope is which sites somebody may see.
type Scope struct {
	All   bool     `json:"all,omitempty"`
	Sites []string `json:"sites,omitempty"`
}

// Holds reports whether all of another scope is in this one.
func (s Scope) Holds(other Scope) bool {
	if s.All {
		return true
	}
	return !other.All && !slices.ContainsFunc(other.Sites, func(site string) bool { return !slices.Contains(s.Sites, site) })
}

// Narrow is what both scopes hold.
func (s Scope) Narrow(other Scope) Scope {
	switch {
	case s.All:
		return other
	case other.All:
		return s
	}
	return Scope{Sites: slices.DeleteFunc(slices.Clone(s.Sites), func(site string) bool { return !slices.Contains(other.Sites, site) })}
}

// User is a person. Without a password and without a subject nobody can be that user yet.
type User struct {
	Name     string      `json:"name"`
	Role     access.Role `json:"role"`
	Scope    Scope       `json:"scope"`
	Password string      `json:"password,omitempty"` // argon2id
	Issuer   string      `json:"issuer,omitempty"`   // the OpenID provider that vouches for the user
	Subject  string      `json:"subject,omitempty"`  // who the user is there
	ByGroup  bool        `json:"by_group,omitempty"` // the role comes from a group of the provider
	Disabled bool        `json:"disabled,omitempty"`
	Created  time.Time   `json:"created"`
	SignedIn time.Time   `json:"signed_in,omitzero"`
}

// Session is a browser that has signed in.
type Session struct {
	User    string    `json:"user"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Until   time.Time `json:"until"` // however much it is used
	Agent   string    `json:"agent,omitempty"`
	Network string    `json:"network,omitempty"` // never a full address
}

// Token opens the API to a program.
type Token struct {
	ID      string      `json:"id"`
	User    string      `json:"user"`
	Name    string      `json:"name"`
	Role    access.Role `json:"role"`
	Scope   Scope       `json:"scope"`
	Created time.Time   `json:"created"`
	Expires time.Time   `json:"expires"`
	Used    time.Time   `json:"used,omitzero"`
}

// Share shows one page to whoever has the link.
type Share struct {
	ID      string       `json:"id"`
	User    string       `json:"user"`
	Name    string       `json:"name"`
	View    access.Share `json:"view"`
	Created time.Time    `json:"created"`
	Expires time.Time    `json:"expires"`
}

// Link lets somebody choose a password once: the first admin when User is empty, else that user.
type Link struct {
	User    string    `json:"user,omitempty"`
	Expires time.Time `json:"expires"`
}
