package accounts

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

type userChange struct {
	Name string `path:"name" maxLength:"100"`
	Body struct {
		Role     *access.Role `json:"role,omitempty" enum:"viewer,analyst,admin"`
		AllSites *bool        `json:"all_sites,omitempty"`
		Sites    *[]string    `json:"sites,omitempty" maxItems:"1000"`
		Disabled *bool        `json:"disabled,omitempty"`
	}
}

type userAnswer struct{ Body Account }

// changeUser changes what is given. It counts from the user's next request on.
func (a *Accounts) changeUser(ctx context.Context, in *userChange) (*userAnswer, error) {
	name, out := canonical(in.Name), &userAnswer{}
	var u store.User
	err := a.store.Update(func(tx *store.Tx) (err error) {
		var ok bool
		if u, ok, err = tx.Users().Get(name); err != nil || !ok {
			return orNoUser(err, name)
		}
		in.apply(&u)
		if err := checkScope(u.Role, u.Scope); err != nil {
			return err
		}
		if err := tx.Users().Put(name, u); err != nil {
			return err
		}
		if u.Disabled {
			if err := endSessions(tx, name); err != nil {
				return err
			}
		}
		return keepsAdmin(tx)
	})
	if err != nil {
		return nil, err
	}
	out.Body = shownUser(u)
	a.audit(ctx, "user changed", "user", name, "role", u.Role, "all_sites", u.Scope.All, "sites", u.Scope.Sites, "disabled", u.Disabled)
	return out, nil
}

func (in *userChange) apply(u *store.User) {
	if b := in.Body; b.Role != nil {
		u.Role, u.ByGroup = *b.Role, false
	}
	if b := in.Body; b.AllSites != nil || b.Sites != nil {
		all, sites := u.Scope.All, u.Scope.Sites
		if b.AllSites != nil {
			all = *b.AllSites
		}
		if b.Sites != nil {
			sites = *b.Sites
		}
		u.Scope = scopeOf(all, sites)
	}
	if in.Body.Disabled != nil {
		u.Disabled = *in.Body.Disabled
	}
}

// deleteUser deletes everything that the user's rights have made, too.
func (a *Accounts) deleteUser(ctx context.Context, in *byName) (*struct{}, error) {
	name := canonical(in.Name)
	err := a.store.Update(func(tx *store.Tx) error {
		if _, ok, err := tx.Users().Get(name); err != nil || !ok {
			return orNoUser(err, name)
		}
		if err := deleteAll(tx, name); err != nil {
			return err
		}
		return keepsAdmin(tx)
	})
	if err == nil {
		a.audit(ctx, "user deleted", "user", name)
	}
	return nil, err
}

func deleteAll(tx *store.Tx, name string) error {
	if err := tx.Users().Delete(name); err != nil {
		return err
	}
	if err := endSessions(tx, name); err != nil {
		return err
	}
	if _, err := tx.Tokens().DeleteWhere(func(t store.Token) bool { return t.User == name }); err != nil {
		return err
	}
	if _, err := tx.Shares().DeleteWhere(func(s store.Share) bool { return s.User == name }); err != nil {
		return err
	}
	_, err := tx.Links().DeleteWhere(func(l store.Link) bool { return l.User == name })
	return err
}

// keepsAdmin refuses a change after which nobody could manage the people.
func keepsAdmin(tx *store.Tx) error {
	admins, err := tx.Users().Find(func(u store.User) bool { return u.Role == access.Admin && !u.Disabled && canEnter(u) })
	if err == nil && len(admins) == 0 {
		err = huma.Error409Conflict("this is the last admin who can sign in: make another one first")
	}
	return err
}

// scopeOf makes a scope of what somebody has written.
func scopeOf(all bool, sites []string) store.Scope {
	if all {
		return store.Scope{All: true}
	}
	sites = slices.Clone(sites)
	slices.Sort(sites)
	return store.Scope{Sites: slices.Compact(sites)}
}

// checkScope refuses what cannot be meant. An admin runs days and manages people, of all sites at once.
func checkScope(role access.Role, scope store.Scope) error {
	if role == access.Admin && !scope.All {
		return huma.Error422UnprocessableEntity("an admin sees all sites: set all_sites, or choose another role")
	}
	if slices.Contains(scope.Sites, "") {
		return huma.Error422UnprocessableEntity("a site key is empty")
	}
	return nil
}
