// Package accounts is sign-in for the dashboard, and who may see what: users with roles and sites,
// sessions, API tokens, shared links, one-time links, and OpenID Connect.
//
// What holds:
//   - Every request is judged by the state of that moment: a role, a site, a session, a token or a share
//     that was taken away is gone with the next request.
//   - A token and a share never may more than the person who made them may now.
//   - Secrets are shown once and stored as hashes; they stand in no log.
//   - Without sign-in (loopback only) everyone who reaches the port is an admin; web pages of others and
//     proxies do not reach it, see Guard.
package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// Accounts is a daemon.Part and an access.Authenticator.
type Accounts struct {
	cfg     Config
	open    bool   // nobody signs in
	base    string // where a browser finds the dashboard, without a slash at the end
	log     *slog.Logger
	tell    func(Opening)
	trusted proxies.Trusted

	store     *store.Store
	cost      argon2id.Params
	passwords *passwords
	attempts  *throttle
	signIns   *prometheus.CounterVec
	provider  *provider // nil without OpenID Connect
	now       func() time.Time
}

// Opening is how the dashboard opens, for people at a terminal.
type Opening struct {
	URL string
	// Open says that it opens without a password.
	Open bool
	// FirstLink is the one-time link for the first admin; empty when there is a user. It is a secret.
	FirstLink string
	// FirstLinkFor is how long the link works.
	FirstLinkFor time.Duration
}

// New makes the accounts of a dashboard that listens on addr. Start tells how it opens.
func New(cfg Config, addr string, tell func(Opening), log *slog.Logger, metrics prometheus.Registerer) (*Accounts, error) {
	if err := cfg.Check(addr); err != nil {
		return nil, err
	}
	trusted, err := cfg.proxies()
	if err != nil {
		return nil, err
	}
	a := &Accounts{
		cfg: cfg, open: cfg.opens(addr), base: cfg.base(addr), log: log, tell: tell, trusted: trusted,
		attempts: newThrottle(), cost: costOfPasswords, signIns: newSignIns(metrics), now: time.Now,
	}
	if a.open {
		return a, nil
	}
	if cfg.State == "" {
		return nil, errors.New("dashboard-state must name a folder: people sign in, and their accounts are kept there")
	}
	if cfg.OIDC.on() {
		a.provider = newProvider(cfg.OIDC, a.base)
	}
	return a, nil
}

// Start opens the store and makes the first-run link.
func (a *Accounts) Start(context.Context) error {
	opening := Opening{URL: a.base, Open: a.open}
	if a.open {
		a.log.Warn("the dashboard opens without a password to everyone on this machine; dashboard-sign-in=on changes that", "url", a.base)
		a.tell(opening)
		return nil
	}
	if a.cfg.PublicURL != "" && len(a.trusted) == 0 {
		a.log.Warn("behind a proxy all people seem to have its address, and slow each other's sign-ins down; dashboard-trusted-proxies and dashboard-forwarded-header tell them apart")
	}
	var err error
	if a.passwords, err = newPasswords(a.cost); err != nil {
		return err
	}
	s, err := store.Open(a.cfg.State)
	if err != nil {
		return err
	}
	a.store = s
	if err := s.Update(a.forget); err != nil {
		return errors.Join(fmt.Errorf("forget what has expired: %w", err), s.Close())
	}
	if opening.FirstLink, err = a.firstLink(); err != nil {
		return errors.Join(err, s.Close())
	}
	if opening.FirstLink != "" {
		opening.FirstLinkFor = linkLife
		a.log.Warn("the dashboard has no user yet; the one-time link for the first admin is printed apart from this log", "valid_for", linkLife.String())
	}
	a.tell(opening)
	return nil
}

// Stop closes the store; the server that calls the accounts has stopped before.
func (a *Accounts) Stop(context.Context) error {
	if a.store == nil {
		return nil
	}
	return a.store.Close()
}

// keepExpired is how long expired tokens and shares stay listed.
const keepExpired = 30 * 24 * time.Hour

// forget removes what has expired.
func (a *Accounts) forget(tx *store.Tx) error {
	now := a.now()
	_, sessions := tx.Sessions().DeleteWhere(func(s store.Session) bool { return !alive(s, now) })
	_, links := tx.Links().DeleteWhere(func(l store.Link) bool { return !now.Before(l.Expires) })
	_, tokens := tx.Tokens().DeleteWhere(func(t store.Token) bool { return now.After(t.Expires.Add(keepExpired)) })
	_, shares := tx.Shares().DeleteWhere(func(s store.Share) bool { return now.After(s.Expires.Add(keepExpired)) })
	return errors.Join(sessions, links, tokens, shares)
}
