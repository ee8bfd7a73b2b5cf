package accounts

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

type waysAnswer struct {
	Body struct {
		Open     bool `json:"open" doc:"Nobody needs to sign in."`
		Password bool `json:"password" doc:"By name and password."`
		Provider bool `json:"provider" doc:"At an OpenID provider: go to /oidc/start?to=PATH."`
	}
}

func (a *Accounts) ways(context.Context, *struct{}) (*waysAnswer, error) {
	w := &waysAnswer{}
	w.Body.Open, w.Body.Password, w.Body.Provider = a.open, !a.open && a.cfg.LocalAccounts, a.provider != nil
	return w, nil
}

type credentials struct {
	Body struct {
		Name     string `json:"name" maxLength:"100"`
		Password string `json:"password" maxLength:"1024"`
	}
}

// signedIn carries the session's cookie.
type signedIn struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Name string `json:"name"`
	}
}

func newSignedIn(name string, c *http.Cookie) *signedIn {
	s := &signedIn{SetCookie: c.String()}
	s.Body.Name = name
	return s
}

var errWrong = huma.Error401Unauthorized("name or password is wrong")

// signIn gives the same answer, after the same work, for a wrong password, an unknown name, a disabled
// user and one who has no password.
func (a *Accounts) signIn(ctx context.Context, in *credentials) (*signedIn, error) {
	name, q := canonical(in.Body.Name), requestOf(ctx)
	if err := a.maySetCookie(q); err != nil {
		return nil, err
	}
	key, err := a.attemptsOf(name, q)
	if err != nil {
		return nil, err
	}
	if wait := a.attempts.begin(a.now(), key, q.throttled()); wait > 0 {
		a.signIns.WithLabelValues(outcomeEarly).Inc() // and no line: whoever comes too early comes often
		return nil, tooEarly(wait)
	}
	u, err := a.user(name)
	if err != nil {
		return nil, err
	}
	ok, err := a.passwords.matches(ctx, in.Body.Password, u.Password)
	if err != nil {
		return nil, err
	}
	if !ok || u.Disabled {
		a.signIns.WithLabelValues(outcomeWrong).Inc()
		a.audit(ctx, "sign-in failed", "user", a.known(name))
		return nil, errWrong
	}
	c, err := a.enter(u, q)
	if err != nil {
		return nil, err
	}
	a.attempts.succeeded(a.now(), key, q.throttled())
	a.signIns.WithLabelValues(outcomeOK).Inc()
	a.audit(ctx, "signed in", "user", name)
	return newSignedIn(name, c), nil
}

// attemptsOf is what the attempts at a name are counted under. A network in which the user is signed in
// counts for itself, so that strangers who keep guessing elsewhere do not keep the owner out.
func (a *Accounts) attemptsOf(name string, q request) (key string, err error) {
	key = name
	err = a.store.View(func(tx *store.Tx) error {
		of, err := sessionsOf(tx, name)
		if slices.ContainsFunc(of, func(k store.Keyed[store.Session]) bool { return k.Record.Network == q.network() }) {
			key = name + " in " + q.network()
		}
		return err
	})
	return key, err
}

// enter begins a session, unless the user has changed since the password was compared.
func (a *Accounts) enter(u store.User, q request) (c *http.Cookie, err error) {
	err = a.store.Update(func(tx *store.Tx) error {
		now, err := enabled(tx, u.Name)
		if errors.Is(err, access.ErrUnknown) || err == nil && now.Password != u.Password {
			return errWrong
		}
		if err == nil {
			c, err = a.begin(tx, now, q, longestLife)
		}
		return err
	})
	return c, err
}

// maySetCookie refuses what could only end in a cookie that the browser throws away.
func (a *Accounts) maySetCookie(q request) error {
	switch {
	case !a.cfg.LocalAccounts:
		return huma.Error403Forbidden("people sign in at the provider here, not with a password")
	case q.plain():
		return huma.Error400BadRequest("this page was opened over plain http, where browsers keep no session: put a proxy with TLS in front and set dashboard-public-url to its https address")
	}
	return nil
}

func tooEarly(wait time.Duration) error {
	seconds := strconv.Itoa(int((wait + time.Second - 1) / time.Second))
	return huma.ErrorWithHeaders(huma.Error429TooManyRequests("too many failed attempts: try again in "+seconds+" s"),
		http.Header{"Retry-After": {seconds}})
}

// user reads a user; one that does not exist has no password.
func (a *Accounts) user(name string) (u store.User, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		u, _, err = tx.Users().Get(name)
		return err
	})
	return u, err
}

// known is a name for the log. Others are kept out: people type passwords into the wrong field.
func (a *Accounts) known(name string) string {
	if u, err := a.user(name); err == nil && u.Name != "" {
		return name
	}
	return "(unknown)"
}

type signedOut struct {
	SetCookie string `header:"Set-Cookie"`
}

func (a *Accounts) signOut(ctx context.Context, _ *struct{}) (*signedOut, error) {
	q := requestOf(ctx)
	if q.cookie != "" {
		if err := a.store.Update(func(tx *store.Tx) error { return tx.Sessions().Delete(store.Hash(q.cookie)) }); err != nil {
			return nil, err
		}
	}
	a.audit(ctx, "signed out")
	return &signedOut{noCookie().String()}, nil
}

// canonical is how a name is stored: without regard to case.
func canonical(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
