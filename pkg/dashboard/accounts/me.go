package accounts

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

type passwordChange struct {
	Body struct {
		Current  string `json:"current" maxLength:"1024"`
		Password string `json:"password" maxLength:"1024" doc:"12 characters or more."`
	}
}

// changePassword ends every session, and begins a new one for the browser that asked.
func (a *Accounts) changePassword(ctx context.Context, in *passwordChange) (*signedIn, error) {
	name, q := access.From(ctx).Name, requestOf(ctx)
	if err := a.maySetCookie(q); err != nil {
		return nil, err
	}
	if trouble := checkPassword(name, in.Body.Password); trouble != "" {
		return nil, huma.Error422UnprocessableEntity(trouble)
	}
	key, err := a.attemptsOf(name, q)
	if err != nil {
		return nil, err
	}
	if wait := a.attempts.begin(a.now(), key, q.throttled()); wait > 0 {
		return nil, tooEarly(wait)
	}
	u, err := a.user(name)
	if err != nil {
		return nil, err
	}
	ok, err := a.passwords.matches(ctx, in.Body.Current, u.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		a.audit(ctx, "change of password failed", "user", name)
		return nil, huma.Error403Forbidden("the current password is wrong")
	}
	a.attempts.succeeded(a.now(), key, q.throttled())
	hash, err := a.passwords.hash(ctx, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return a.replacePassword(ctx, u, hash)
}

func (a *Accounts) replacePassword(ctx context.Context, was store.User, hash string) (out *signedIn, err error) {
	err = a.store.Update(func(tx *store.Tx) error {
		u, err := enabled(tx, was.Name)
		if err != nil || u.Password != was.Password {
			return huma.Error409Conflict("the account has changed meanwhile; sign in again")
		}
		if err := endSessions(tx, u.Name); err != nil {
			return err
		}
		u.Password = hash
		c, err := a.begin(tx, u, requestOf(ctx), longestLife)
		if err == nil {
			out = newSignedIn(u.Name, c)
		}
		return err
	})
	if err == nil {
		a.audit(ctx, "password changed", "user", was.Name)
	}
	return out, err
}

// AccountSession is a browser in which somebody is signed in.
type AccountSession struct {
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen" doc:"To about five minutes."`
	Agent   string    `json:"agent" doc:"What the browser calls itself."`
	Network string    `json:"network" doc:"Where it signed in; never a full address."`
	Current bool      `json:"current" doc:"The one that asks."`
}

type sessionList struct {
	Body struct {
		Sessions []AccountSession `json:"sessions"`
	}
}

func (a *Accounts) listSessions(ctx context.Context, _ *struct{}) (*sessionList, error) {
	out, own := &sessionList{}, store.Hash(requestOf(ctx).cookie)
	out.Body.Sessions = []AccountSession{}
	err := a.store.View(func(tx *store.Tx) error {
		of, err := sessionsOf(tx, access.From(ctx).Name)
		for _, k := range of {
			if s := k.Record; alive(s, a.now()) {
				out.Body.Sessions = append(out.Body.Sessions, AccountSession{store.ID(k.Key), s.Created, s.Seen, s.Agent, s.Network, k.Key == own})
			}
		}
		return err
	})
	return out, err
}

type byID struct {
	ID string `path:"id" maxLength:"100"`
}

func (a *Accounts) endSession(ctx context.Context, in *byID) (*struct{}, error) {
	err := a.endWhere(ctx, func(key string) bool { return store.ID(key) == in.ID }, noSuch("session of yours", in.ID))
	if err == nil {
		a.audit(ctx, "session ended", "session", in.ID)
	}
	return nil, err
}

func (a *Accounts) endOtherSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	own := store.Hash(requestOf(ctx).cookie)
	err := a.endWhere(ctx, func(key string) bool { return key != own }, nil)
	if err == nil {
		a.audit(ctx, "other sessions ended")
	}
	return nil, err
}

// endWhere ends some of the caller's sessions; none of them is the error that is given.
func (a *Accounts) endWhere(ctx context.Context, end func(key string) bool, none error) error {
	return a.store.Update(func(tx *store.Tx) error {
		of, err := sessionsOf(tx, access.From(ctx).Name)
		if err != nil {
			return err
		}
		trouble := none
		for _, k := range of {
			if !end(k.Key) {
				continue
			}
			trouble = nil
			if err := tx.Sessions().Delete(k.Key); err != nil {
				return err
			}
		}
		return trouble
	})
}
