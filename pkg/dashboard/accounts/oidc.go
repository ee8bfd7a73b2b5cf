package accounts

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// Paths of the sign-in at a provider. They are no operations of the API: browsers are sent there.
const (
	startPath    = "/oidc/start"
	callbackPath = "/oidc/callback"
)

// providerTimeout bounds each request to the provider.
const providerTimeout = 10 * time.Second

// provider is the OpenID provider, found at the first sign-in: the dashboard starts without it.
type provider struct {
	cfg    OIDC
	base   string
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

func newProvider(cfg OIDC, base string) *provider {
	return &provider{cfg: cfg, base: base, client: &http.Client{Timeout: providerTimeout}}
}

// discover reads the provider's description once it can be had.
func (p *provider) discover() (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The keys are fetched with this context later, too, so it must not end with a request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.Background(), p.client), p.cfg.Issuer)
	if err != nil {
		return nil, fmt.Errorf("find openid provider %s: %w", p.cfg.Issuer, err)
	}
	p.found = found
	return found, nil
}

func (p *provider) config(at *oidc.Provider) (*oauth2.Config, error) {
	secret, err := p.cfg.secret()
	return &oauth2.Config{
		ClientID: p.cfg.ClientID, ClientSecret: secret, Endpoint: at.Endpoint(), RedirectURL: p.base + callbackPath,
		Scopes: append([]string{oidc.ScopeOpenID}, p.cfg.Scopes...),
	}, err
}

// flow is what one browser remembers between start and callback, in a cookie of its own: the answer must
// come back to the browser that asked (state), be about this question (nonce), and be fetched by whoever
// asked (verifier, PKCE).
type flow struct {
	State, Nonce, Verifier, To string
}

const (
	flowCookie = "__Host-footfall-oidc"
	flowLife   = 10 * time.Minute
)

func newFlow(to string) flow {
	state, _ := store.NewSecret("")
	nonce, _ := store.NewSecret("")
	return flow{state, nonce, oauth2.GenerateVerifier(), localPath(to)}
}

func (f flow) cookie() *http.Cookie {
	text, _ := json.Marshal(f) // strings only
	c := cookie(base64.RawURLEncoding.EncodeToString(text), flowLife)
	c.Name = flowCookie
	return c
}

func flowOf(r *http.Request) (f flow, ok bool) {
	c, err := r.Cookie(flowCookie)
	if err != nil {
		return f, false
	}
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(text, &f) != nil || f.State == "" {
		return f, false
	}
	return f, subtle.ConstantTimeCompare([]byte(f.State), []byte(r.URL.Query().Get("state"))) == 1
}

// localPath keeps people on the dashboard: anything but a path of it becomes its first page.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\t\r\n") {
		return "/"
	}
	return to
}

// identity fetches and checks who the provider says that it is.
func (p *provider) identity(ctx context.Context, r *http.Request, f flow) (claims, error) {
	at, err := p.discover()
	if err != nil {
		return claims{}, err
	}
	cfg, err := p.config(at)
	if err != nil {
		return claims{}, err
	}
	if iss := r.URL.Query().Get("iss"); iss != "" && iss != p.cfg.Issuer { // RFC 9207
		return claims{}, fmt.Errorf("the answer is of %q", iss)
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := cfg.Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return claims{}, fmt.Errorf("exchange code: %w", err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return claims{}, errors.New("the provider sent no id token")
	}
	id, err := at.Verifier(&oidc.Config{ClientID: p.cfg.ClientID}).Verify(ctx, raw)
	if err != nil {
		return claims{}, fmt.Errorf("verify id token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1 {
		return claims{}, errors.New("the id token answers another question")
	}
	c := claims{issuer: id.Issuer, subject: id.Subject}
	if err := id.Claims(&c.values); err != nil {
		return claims{}, fmt.Errorf("read claims: %w", err)
	}
	return c, p.complete(ctx, at, token, &c)
}

// complete asks for what providers tell at another place only.
func (p *provider) complete(ctx context.Context, at *oidc.Provider, token *oauth2.Token, c *claims) error {
	_, named := c.values[p.cfg.NameClaim]
	_, grouped := c.values[p.cfg.GroupsClaim]
	if at.UserInfoEndpoint() == "" || named && (grouped || len(p.cfg.GroupRoles)+len(p.cfg.GroupSites) == 0) {
		return nil
	}
	info, err := at.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return fmt.Errorf("ask who it is: %w", err)
	}
	if info.Subject != c.subject {
		return fmt.Errorf("the provider speaks of %q and of %q", c.subject, info.Subject)
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	for name, value := range more {
		if _, there := c.values[name]; !there {
			c.values[name] = value
		}
	}
	return nil
}
