package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// How long one-time links work: the one for the first admin and for somebody locked out, and invitations.
const (
	linkLife   = time.Hour
	inviteLife = 7 * 24 * time.Hour
)

// linkPath is the UI's page for one-time links. The secret stands behind the #, which browsers send nowhere.
const linkPath = "/welcome#"

// firstLink makes the link for the first admin, in place of an older one; none when there is a user.
func (a *Accounts) firstLink() (link string, err error) {
	if !a.cfg.LocalAccounts {
		return "", nil
	}
	err = a.store.Update(func(tx *store.Tx) error {
		if _, err := tx.Links().DeleteWhere(func(l store.Link) bool { return l.User == "" }); err != nil {
			return err
		}
		users, err := tx.Users().Find(func(store.User) bool { return true })
		if err == nil && len(users) == 0 {
			link, err = a.makeLink(tx, "", linkLife)
		}
		return err
	})
	return link, err
}

// makeLink makes a link for a user, or for the first admin, in place of an older one of the same.
func (a *Accounts) makeLink(tx *store.Tx, user string, life time.Duration) (string, error) {
	if _, err := tx.Links().DeleteWhere(func(l store.Link) bool { return l.User == user }); err != nil {
		return "", err
	}
	secret, hash := store.NewSecret("")
	return a.base + linkPath + secret, tx.Links().Put(hash, store.Link{User: user, Expires: a.now().Add(life)})
}

type linkGiven struct {
	Body struct {
		Link string `json:"link" maxLength:"100" doc:"What stands behind the # of the one-time link."`
	}
}

type linkAnswer struct {
	Body struct {
		First   bool      `json:"first" doc:"It makes the first admin, who chooses a name too."`
		Name    string    `json:"name" doc:"Whose password it sets; empty for the first admin."`
		Expires time.Time `json:"expires"`
	}
}

var errLink = huma.Error404NotFound("this link has been used, has expired, or never was one: ask for a new one")

func (a *Accounts) lookAtLink(_ context.Context, in *linkGiven) (*linkAnswer, error) {
	out := &linkAnswer{}
	err := a.store.View(func(tx *store.Tx) error {
		l, err := a.link(tx, store.Hash(in.Body.Link))
		out.Body.First, out.Body.Name, out.Body.Expires = l.User == "", l.User, l.Expires
		return err
	})
	return out, err
}

// link reads a link that still works.
func (a *Accounts) link(tx *store.Tx, hash string) (store.Link, error) {
	l, ok, err := tx.Links().Get(hash)
	if err == nil && (!ok || !a.now().Before(l.Expires)) {
		err = errLink
	}
	return l, err
}

type linkUsed struct {
	Body struct {
		Link     string `json:"link" maxLength:"100"`
		Name     string `json:"name,omitempty" maxLength:"100" doc:"For the first admin only."`
		Password string `json:"password" maxLength:"1024" doc:"12 characters or more."`
	}
}

// useLink sets a password and signs in. The link is gone afterwards, and only then.
func (a *Accounts) useLink(ctx context.Context, in *linkUsed) (*signedIn, error) {
	q, key := requestOf(ctx), store.Hash(in.Body.Link)
	if err := a.maySetCookie(q); err != nil {
		return nil, err
	}
	name, err := a.linkName(key, in.Body.Name)
	if err != nil {
		return nil, err
	}
	if trouble := checkPassword(name, in.Body.Password); trouble != "" {
		return nil, huma.Error422UnprocessableEntity(trouble)
	}
	hash, err := a.passwords.hash(ctx, in.Body.Password)
	if err != nil {
		return nil, err
	}
	out := &signedIn{}
	err = a.store.Update(func(tx *store.Tx) error {
		u, err := a.redeem(tx, key, name)
		if err != nil {
			return err
		}
		u.Password = hash
		if err := endSessions(tx, u.Name); err != nil {
			return err
		}
		c, err := a.begin(tx, u, q, longestLife)
		if err == nil {
			out = newSignedIn(u.Name, c)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	a.audit(ctx, "one-time link was used", "user", name)
	return out, nil
}

// linkName is whose password a link sets: its user's, or the name that the first admin has chosen.
func (a *Accounts) linkName(key, chosen string) (name string, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		l, err := a.link(tx, key)
		name = l.User
		return err
	})
	if err == nil && name == "" {
		name, err = checkName(chosen)
	}
	return name, err
}

// redeem takes the link away and gives the user that it is for; the first admin is made.
func (a *Accounts) redeem(tx *store.Tx, key, name string) (store.User, error) {
	l, err := a.link(tx, key)
	if err != nil {
		return store.User{}, err
	}
	if err := tx.Links().Delete(key); err != nil {
		return store.User{}, err
	}
	if l.User == "" {
		return store.User{Name: name, Role: access.Admin, Scope: store.Scope{All: true}, Created: a.now()}, nil
	}
	u, err := enabled(tx, l.User)
	if err != nil {
		return store.User{}, errLink
	}
	return u, nil
}

// names are what people can be called: nothing that looks like another name, or that needs quoting.
var names = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+'-]{0,99}$`)

func checkName(name string) (string, error) {
	name = canonical(name)
	if !names.MatchString(name) {
		return "", huma.Error422UnprocessableEntity("the name must be 1 to 100 letters, digits and . _ @ + ' -, and begin with a letter or a digit")
	}
	return name, nil
}

// ResetLink makes a one-time link for somebody who is locked out, while no dashboard runs. A user who was
// disabled stays so.
func ResetLink(ctx context.Context, cfg Config, addr, name string, log *slog.Logger) (link string, life time.Duration, err error) {
	if cfg.State == "" {
		return "", 0, errors.New("dashboard-state must name the folder in which the dashboard keeps its accounts; bin/footfall up has it at DATA/dashboard")
	}
	s, err := store.Open(cfg.State)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	a := &Accounts{base: cfg.base(addr), store: s, log: log, now: time.Now}
	name = canonical(name)
	err = s.Update(func(tx *store.Tx) (err error) {
		if _, ok, err := tx.Users().Get(name); err != nil || !ok {
			return cmp.Or(err, fmt.Errorf("there is no user %q in %s", name, cfg.State))
		}
		link, err = a.makeLink(tx, name, linkLife)
		return err
	})
	if err == nil {
		a.audit(ctx, "one-time link made at the command line", "user", name)
	}
	return link, linkLife, err
}
