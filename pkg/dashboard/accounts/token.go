package accounts

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// manyOf bounds how many tokens, and how many shared links, one person has.
const manyOf = 200

// APIToken opens the API to a program.
type APIToken struct {
	ID       string      `json:"id"`
	User     string      `json:"user" doc:"Who made it. It never may more than this person may now."`
	Name     string      `json:"name"`
	Role     access.Role `json:"role" enum:"viewer,analyst,admin"`
	AllSites bool        `json:"all_sites" doc:"All that its maker may see."`
	Sites    []string    `json:"sites"`
	Created  time.Time   `json:"created"`
	Expires  time.Time   `json:"expires"`
	Used     *time.Time  `json:"used" doc:"When last, to about five minutes; null: never."`
}

type tokenList struct {
	Body struct {
		Tokens []APIToken `json:"tokens"`
	}
}

func (a *Accounts) listTokens(ctx context.Context, _ *struct{}) (*tokenList, error) {
	out, p := &tokenList{}, access.From(ctx)
	out.Body.Tokens = []APIToken{}
	err := a.store.View(func(tx *store.Tx) error {
		found, err := tx.Tokens().Find(func(t store.Token) bool { return manages(p, t.User) })
		for _, k := range found {
			out.Body.Tokens = append(out.Body.Tokens, shownToken(k.Record))
		}
		return err
	})
	return out, err
}

// manages reports whether somebody may see and revoke what a user has made.
func manages(p access.Principal, user string) bool { return p.Name == user || p.Role == access.Admin }

func shownToken(t store.Token) APIToken {
	return APIToken{t.ID, t.User, t.Name, t.Role, t.Scope.All, listed(t.Scope.Sites), t.Created, t.Expires, unlessZero(t.Used)}
}

type tokenWanted struct {
	Body struct {
		Name     string      `json:"name" minLength:"1" maxLength:"100" doc:"What it is for."`
		Role     access.Role `json:"role" enum:"viewer,analyst,admin" doc:"At most one's own."`
		AllSites bool        `json:"all_sites" doc:"All that one may see."`
		Sites    []string    `json:"sites,omitempty" maxItems:"1000" doc:"Otherwise these, of one's own."`
		Days     int         `json:"days" minimum:"1" maximum:"366" doc:"How long it works."`
	}
}

type tokenMade struct {
	Body struct {
		Secret string   `json:"secret" doc:"For Authorization: Bearer. It is shown once."`
		Token  APIToken `json:"token"`
	}
}

func (a *Accounts) makeToken(ctx context.Context, in *tokenWanted) (*tokenMade, error) {
	p, now := access.From(ctx), a.now()
	t := store.Token{
		User: p.Name, Name: in.Body.Name, Role: in.Body.Role, Scope: scopeOf(in.Body.AllSites, in.Body.Sites),
		Created: now, Expires: now.AddDate(0, 0, in.Body.Days),
	}
	if err := checkToken(p, t); err != nil {
		return nil, err
	}
	out := &tokenMade{}
	err := a.store.Update(func(tx *store.Tx) error {
		own, err := tx.Tokens().Find(func(o store.Token) bool { return o.User == p.Name })
		if err != nil {
			return err
		}
		if len(own) >= manyOf {
			return huma.Error409Conflict(fmt.Sprintf("you have %d tokens: delete some first", manyOf))
		}
		secret, hash := store.NewSecret(tokenPrefix)
		t.ID = store.ID(hash)
		out.Body.Secret, out.Body.Token = secret, shownToken(t)
		return tx.Tokens().Put(hash, t)
	})
	if err != nil {
		return nil, err
	}
	a.audit(ctx, "token made", "token", t.ID, "role", t.Role, "all_sites", t.Scope.All, "sites", t.Scope.Sites, "expires", t.Expires)
	return out, nil
}

// checkToken holds a token to what its maker may. All sites means all of the maker's.
func checkToken(p access.Principal, t store.Token) error {
	if !p.Role.Includes(t.Role) {
		return huma.Error403Forbidden(fmt.Sprintf("a token for the role %s needs that role; yours is %s", t.Role, p.Role))
	}
	if own := (store.Scope{All: p.All, Sites: p.Sites}); !t.Scope.All && !own.Holds(t.Scope) {
		return huma.Error403Forbidden(fmt.Sprintf("sites %q are not all yours to see", t.Scope.Sites))
	}
	return checkScope(t.Role, t.Scope)
}

func (a *Accounts) deleteToken(ctx context.Context, in *byID) (*struct{}, error) {
	p := access.From(ctx)
	err := a.store.Update(func(tx *store.Tx) error {
		n, err := tx.Tokens().DeleteWhere(func(t store.Token) bool { return t.ID == in.ID && manages(p, t.User) })
		if err == nil && n == 0 {
			err = noSuch("token", in.ID)
		}
		return err
	})
	if err == nil {
		a.audit(ctx, "token deleted", "token", in.ID)
	}
	return nil, err
}
