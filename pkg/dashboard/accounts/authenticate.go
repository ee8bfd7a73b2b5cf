package accounts

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// What secrets begin with, so that people and scanners of leaks know what they have found.
const (
	tokenPrefix = "ff_"
	sharePrefix = "ffs_"
)

// touchEvery is how exactly "last seen" and "last used" are kept: each change is a write to the disk.
const touchEvery = 5 * time.Minute

// Authenticate tells who sends a request: by `Authorization: Bearer` with an API token or the secret of a
// shared link, or by the session's cookie. A request with that header is never judged by its cookie.
func (a *Accounts) Authenticate(r *http.Request) (access.Principal, error) {
	if a.open {
		return access.Everyone{}.Authenticate(r)
	}
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, secret, _ := strings.Cut(header, " ")
		switch {
		case !strings.EqualFold(scheme, "Bearer"):
			return access.Principal{}, fmt.Errorf("the Authorization header is not Bearer: %w", access.ErrUnknown)
		case strings.HasPrefix(secret, sharePrefix):
			return a.byShare(store.Hash(secret))
		default:
			return a.byToken(store.Hash(secret))
		}
	}
	if q := requestOf(r.Context()); q.cookie != "" {
		return a.bySession(store.Hash(q.cookie))
	}
	return access.Principal{}, access.ErrUnknown
}

func (a *Accounts) bySession(hash string) (p access.Principal, err error) {
	now, touch := a.now(), false
	err = a.store.View(func(tx *store.Tx) error {
		s, ok, err := tx.Sessions().Get(hash)
		if err != nil || !ok || !alive(s, now) {
			return orUnknown(err)
		}
		u, err := enabled(tx, s.User)
		p, touch = principal(u.Name, u.Role, u.Scope, access.Session), now.Sub(s.Seen) >= touchEvery
		return err
	})
	if err == nil && touch {
		err = a.store.Update(func(tx *store.Tx) error {
			return change(tx.Sessions(), hash, func(s *store.Session) { s.Seen = now })
		})
	}
	return result(p, err)
}

func (a *Accounts) byToken(hash string) (p access.Principal, err error) {
	now, touch := a.now(), false
	err = a.store.View(func(tx *store.Tx) error {
		t, ok, err := tx.Tokens().Get(hash)
		if err != nil || !ok || !now.Before(t.Expires) {
			return orUnknown(err)
		}
		u, err := a.active(tx, t.User)
		p, touch = principal(u.Name, lower(t.Role, u.Role), u.Scope.Narrow(t.Scope), access.Token), now.Sub(t.Used) >= touchEvery
		return err
	})
	if err == nil && touch {
		err = a.store.Update(func(tx *store.Tx) error {
			return change(tx.Tokens(), hash, func(t *store.Token) { t.Used = now })
		})
	}
	return result(p, err)
}

// byShare lets whoever has the link see its page for as long as the person who shared it may.
func (a *Accounts) byShare(hash string) (p access.Principal, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		s, ok, err := tx.Shares().Get(hash)
		if err != nil || !ok || !a.now().Before(s.Expires) {
			return orUnknown(err)
		}
		u, err := a.active(tx, s.User)
		if err == nil && (!u.Role.Includes(access.Analyst) || !u.Scope.Holds(store.Scope{Sites: []string{s.View.Site}})) {
			err = access.ErrUnknown
		}
		p = access.Principal{Name: s.Name, Role: access.Viewer, Sites: []string{s.View.Site}, Via: access.Link, Share: &s.View}
		return err
	})
	return result(p, err)
}

func principal(name string, role access.Role, scope store.Scope, via access.Via) access.Principal {
	return access.Principal{Name: name, Role: role, Sites: scope.Sites, All: scope.All, Via: via}
}

// enabled reads a user who may sign in.
func enabled(tx *store.Tx, name string) (store.User, error) {
	u, ok, err := tx.Users().Get(name)
	if err != nil || !ok || u.Disabled {
		return store.User{}, orUnknown(err)
	}
	return u, nil
}

// vouchedFor is how long the tokens and shares of somebody work whom the provider has vouched for: it does
// not tell when it stops.
const vouchedFor = 90 * 24 * time.Hour

// active reads a user whose tokens and shares count.
func (a *Accounts) active(tx *store.Tx, name string) (store.User, error) {
	u, err := enabled(tx, name)
	if err == nil && u.Subject != "" && u.Password == "" && a.now().Sub(u.SignedIn) > vouchedFor {
		err = access.ErrUnknown
	}
	return u, err
}

// change rewrites a record that may have gone meanwhile.
func change[T any](table store.Table[T], key string, edit func(*T)) error {
	record, ok, err := table.Get(key)
	if err != nil || !ok {
		return err
	}
	edit(&record)
	return table.Put(key, record)
}

func orUnknown(err error) error {
	if err != nil {
		return err
	}
	return access.ErrUnknown
}

// result leaves nothing of a principal beside an error.
func result(p access.Principal, err error) (access.Principal, error) {
	if err != nil {
		return access.Principal{}, fmt.Errorf("authenticate: %w", err)
	}
	return p, nil
}

func lower(a, b access.Role) access.Role {
	if a.Includes(b) {
		return b
	}
	return a
}
