// Package access says who asks the dashboard, and what they may see. It decides nothing about
// passwords: an Authenticator tells who somebody is, an operation states the role that it needs.
package access

import (
	"context"
	"errors"
	"net/http"
	"slices"
)

// Role is what somebody may do. Each role may do what those before it may.
type Role string

const (
	// Viewer reads the figures of his sites.
	Viewer Role = "viewer"
	// Analyst also exports, annotates and shares.
	Analyst Role = "analyst"
	// Admin also runs days and manages people.
	Admin Role = "admin"
)

var roles = []Role{Viewer, Analyst, Admin}

// Valid reports whether the role exists.
func (r Role) Valid() bool { return slices.Contains(roles, r) }

// Includes reports whether the role may do what another one may.
func (r Role) Includes(other Role) bool {
	return r.Valid() && slices.Index(roles, r) >= slices.Index(roles, other)
}

// Via says how somebody showed who they are.
type Via string

// The ways.
const (
	Open    Via = "open" // the dashboard asks nobody
	Session Via = "session"
	Token   Via = "token"
	Link    Via = "share"
)

// Principal is whoever asks.
type Principal struct {
	Name string
	Role Role
	// Sites are the keys of the sites that the principal may see; All is every site.
	Sites []string
	All   bool
	Via   Via
	// Share, when set, is the one page that the principal may see.
	Share *Share
}

// Share is one page of one site with its range and filters, as the page's URL keeps them.
type Share struct {
	Site  string `json:"site" doc:"Site key."`
	Page  string `json:"page" doc:"Name of the page, e.g. overview."`
	Query string `json:"query" doc:"Range and filters, as in the page's URL. They cannot be changed."`
}

// MaySee reports whether the principal may see a site.
func (p Principal) MaySee(site string) bool {
	if p.Share != nil {
		return p.Share.Site == site
	}
	return p.All || slices.Contains(p.Sites, site)
}

// Authenticator tells who sends a request.
type Authenticator interface {
	// Authenticate returns ErrUnknown (wrapped) when the request does not show who sends it.
	Authenticate(r *http.Request) (Principal, error)
}

// ErrUnknown says that a request does not show who sends it.
var ErrUnknown = errors.New("sign in first")

// Everyone is an Authenticator that asks nobody: everyone is an admin.
type Everyone struct{}

// Authenticate never refuses.
func (Everyone) Authenticate(*http.Request) (Principal, error) {
	return Principal{Name: "local", Role: Admin, All: true, Via: Open}, nil
}

type key struct{}

// With puts the principal into a context.
func With(ctx context.Context, p Principal) context.Context { return context.WithValue(ctx, key{}, p) }

// From takes the principal out of a context; without one, nothing is allowed.
func From(ctx context.Context) Principal {
	p, _ := ctx.Value(key{}).(Principal)
	return p
}
