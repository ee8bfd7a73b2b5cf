package accounts

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// sharePath is the UI's page for shared links. It sends the secret as a bearer token, so that a link never
// signs a browser in, and several links are open beside each other and beside a session.
const sharePath = "/share/"

// SharedLink shows one page, with its range and filters, to whoever has the link.
type SharedLink struct {
	ID      string       `json:"id"`
	User    string       `json:"user" doc:"Who made it. It shows nothing once this person may no longer share the site."`
	Name    string       `json:"name"`
	View    access.Share `json:"view"`
	Created time.Time    `json:"created"`
	Expires time.Time    `json:"expires"`
}

type shareList struct {
	Body struct {
		Shares []SharedLink `json:"shares"`
	}
}

func (a *Accounts) listShares(ctx context.Context, _ *struct{}) (*shareList, error) {
	out, p := &shareList{}, access.From(ctx)
	out.Body.Shares = []SharedLink{}
	err := a.store.View(func(tx *store.Tx) error {
		found, err := tx.Shares().Find(func(s store.Share) bool { return manages(p, s.User) })
		for _, k := range found {
			out.Body.Shares = append(out.Body.Shares, SharedLink(k.Record))
		}
		return err
	})
	return out, err
}

type shareWanted struct {
	Body struct {
		Name string       `json:"name" minLength:"1" maxLength:"100" doc:"What readers see as its title."`
		View access.Share `json:"view"`
		Days int          `json:"days" minimum:"1" maximum:"366" doc:"How long the link works."`
	}
}

type shareMade struct {
	Body struct {
		Link  string     `json:"link" doc:"Whoever has it sees the page. It is shown once."`
		Share SharedLink `json:"share"`
	}
}

func (a *Accounts) makeShare(ctx context.Context, in *shareWanted) (*shareMade, error) {
	p, now := access.From(ctx), a.now()
	if err := checkView(p, in.Body.View); err != nil {
		return nil, err
	}
	s := store.Share{User: p.Name, Name: in.Body.Name, View: in.Body.View, Created: now, Expires: now.AddDate(0, 0, in.Body.Days)}
	out := &shareMade{}
	err := a.store.Update(func(tx *store.Tx) error {
		own, err := tx.Shares().Find(func(o store.Share) bool { return o.User == p.Name })
		if err != nil {
			return err
		}
		if len(own) >= manyOf {
			return huma.Error409Conflict(fmt.Sprintf("you have %d shared links: delete some first", manyOf))
		}
		secret, hash := store.NewSecret(sharePrefix)
		s.ID = store.ID(hash)
		out.Body.Link, out.Body.Share = a.base+sharePath+secret, SharedLink(s)
		return tx.Shares().Put(hash, s)
	})
	if err != nil {
		return nil, err
	}
	a.audit(ctx, "page shared", "share", s.ID, "site", s.View.Site, "page", s.View.Page, "expires", s.Expires)
	return out, nil
}

// pages are names of the UI's pages.
var pages = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,49}$`)

// longestQuery bounds what a shared link stores, in bytes.
const longestQuery = 4096

func checkView(p access.Principal, view access.Share) error {
	if err := access.Site(p, view.Site); err != nil {
		return err
	}
	if !pages.MatchString(view.Page) {
		return huma.Error422UnprocessableEntity(fmt.Sprintf("page %q must be the name of one", view.Page))
	}
	if _, err := url.ParseQuery(view.Query); err != nil || len(view.Query) > longestQuery {
		return huma.Error422UnprocessableEntity(fmt.Sprintf("query %.100q must be range and filters of the page's URL, at most %d bytes", view.Query, longestQuery))
	}
	return nil
}

func (a *Accounts) deleteShare(ctx context.Context, in *byID) (*struct{}, error) {
	p := access.From(ctx)
	err := a.store.Update(func(tx *store.Tx) error {
		n, err := tx.Shares().DeleteWhere(func(s store.Share) bool { return s.ID == in.ID && manages(p, s.User) })
		if err == nil && n == 0 {
			err = noSuch("shared link", in.ID)
		}
		return err
	})
	if err == nil {
		a.audit(ctx, "shared link deleted", "share", in.ID)
	}
	return nil, err
}
