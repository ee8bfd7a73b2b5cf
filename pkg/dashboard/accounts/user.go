package accounts

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// Account is somebody who may use the dashboard.
type Account struct {
	Name     string      `json:"name"`
	Role     access.Role `json:"role" enum:"viewer,analyst,admin"`
	AllSites bool        `json:"all_sites"`
	Sites    []string    `json:"sites" doc:"Keys of the sites, unless all."`
	Invited  bool        `json:"invited" doc:"Has not chosen a password yet."`
	Provider bool        `json:"provider" doc:"Signs in at the OpenID provider."`
	Disabled bool        `json:"disabled"`
	Created  time.Time   `json:"created"`
	SignedIn *time.Time  `json:"signed_in" doc:"When last; null: never."`
}

type userList struct {
	Body struct {
		Users []Account `json:"users"`
	}
}

func (a *Accounts) listUsers(context.Context, *struct{}) (*userList, error) {
	out := &userList{}
	out.Body.Users = []Account{}
	err := a.store.View(func(tx *store.Tx) error {
		all, err := tx.Users().Find(func(store.User) bool { return true })
		for _, k := range all {
			out.Body.Users = append(out.Body.Users, shownUser(k.Record))
		}
		return err
	})
	return out, err
}

func shownUser(u store.User) Account {
	return Account{u.Name, u.Role, u.Scope.All, listed(u.Scope.Sites), !canEnter(u), u.Subject != "", u.Disabled, u.Created, unlessZero(u.SignedIn)}
}

// canEnter reports whether there is a way to show that one is the user.
func canEnter(u store.User) bool { return u.Password != "" || u.Subject != "" }

type invitation struct {
	Body struct {
		Name     string      `json:"name" maxLength:"100"`
		Role     access.Role `json:"role" enum:"viewer,analyst,admin"`
		AllSites bool        `json:"all_sites"`
		Sites    []string    `json:"sites,omitempty" maxItems:"1000"`
	}
}

// linkMade is a one-time link, shown once.
type linkMade struct {
	Body struct {
		Name    string    `json:"name"`
		Link    string    `json:"link" doc:"A secret: whoever opens it first chooses the password. It is shown once."`
		Expires time.Time `json:"expires"`
	}
}

func (a *Accounts) inviteUser(ctx context.Context, in *invitation) (*linkMade, error) {
	name, err := checkName(in.Body.Name)
	if err != nil {
		return nil, err
	}
	u := store.User{Name: name, Role: in.Body.Role, Scope: scopeOf(in.Body.AllSites, in.Body.Sites), Created: a.now()}
	if err := checkScope(u.Role, u.Scope); err != nil {
		return nil, err
	}
	out := &linkMade{}
	err = a.store.Update(func(tx *store.Tx) error {
		switch _, there, err := tx.Users().Get(name); {
		case err != nil:
			return err
		case there:
			return huma.Error409Conflict(fmt.Sprintf("there is a user %q already", name))
		}
		if err := tx.Users().Put(name, u); err != nil {
			return err
		}
		out.Body.Name, out.Body.Expires = name, a.now().Add(inviteLife)
		out.Body.Link, err = a.makeLink(tx, name, inviteLife)
		return err
	})
	if err != nil {
		return nil, err
	}
	a.audit(ctx, "user invited", "user", name, "role", u.Role, "all_sites", u.Scope.All, "sites", u.Scope.Sites)
	return out, nil
}

type byName struct {
	Name string `path:"name" maxLength:"100"`
}

// userLink makes a link to choose a new password. The old one works until the link is used.
func (a *Accounts) userLink(ctx context.Context, in *byName) (*linkMade, error) {
	out, name := &linkMade{}, canonical(in.Name)
	err := a.store.Update(func(tx *store.Tx) (err error) {
		if _, ok, err := tx.Users().Get(name); err != nil || !ok {
			return orNoUser(err, name)
		}
		out.Body.Name, out.Body.Expires = name, a.now().Add(linkLife)
		out.Body.Link, err = a.makeLink(tx, name, linkLife)
		return err
	})
	if err != nil {
		return nil, err
	}
	a.audit(ctx, "one-time link made", "user", name)
	return out, nil
}

func orNoUser(err error, name string) error {
	if err != nil {
		return err
	}
	return noSuch("user", name)
}

func listed(sites []string) []string {
	if sites == nil {
		return []string{}
	}
	return sites
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
