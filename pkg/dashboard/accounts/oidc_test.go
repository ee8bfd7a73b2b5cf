package accounts

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"golang.org/x/oauth2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// idp is a provider that says what a test wants. deploy/docker/check signs in at a real one.
type idp struct {
	t         *testing.T
	url       string
	key       *ecdsa.PrivateKey
	claims    map[string]any // beside the usual ones; a nil takes one away
	info      map[string]any // at its user info
	question  url.Values     // of the last start
	exchanges int
}

func newIDP(t *testing.T) *idp {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{t: t, key: key}
	about := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k", Algorithm: oidc.ES256}}, Algorithms: []string{oidc.ES256}}
	mux := http.NewServeMux()
	mux.Handle("/", about)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /about/.well-known/openid-configuration", p.describe)
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, _ *http.Request) { p.write(w, p.info) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	about.SetIssuer(server.URL)
	p.url = server.URL
	return p
}

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	p.exchanges++
	id, secret, _ := r.BasicAuth()
	if id != "footfall" || secret != "of-the-client" || r.FormValue("code") != "good" || r.FormValue("redirect_uri") != p.question.Get("redirect_uri") ||
		oauth2.S256ChallengeFromVerifier(r.FormValue("code_verifier")) != p.question.Get("code_challenge") {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	now := time.Now()
	claims := map[string]any{
		"iss": p.url, "sub": "s1", "aud": "footfall", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "nonce": p.question.Get("nonce"),
		"email": "Ann@example.com", "email_verified": true, "groups": []string{"readers"},
	}
	maps.Copy(claims, p.claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	p.write(w, map[string]any{
		"access_token": "a", "token_type": "Bearer", "id_token": oidctest.SignIDToken(p.key, "k", oidc.ES256, string(text)),
	})
}

// describe is the same provider with user info, as an issuer of its own.
func (p *idp) describe(w http.ResponseWriter, _ *http.Request) {
	p.write(w, map[string]any{
		"issuer": p.url + "/about", "authorization_endpoint": p.url + "/auth", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
		"userinfo_endpoint": p.url + "/userinfo", "id_token_signing_alg_values_supported": []string{oidc.ES256},
	})
}

func (p *idp) write(w http.ResponseWriter, object map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(object); err != nil {
		p.t.Error(err)
	}
}

// federate makes a dashboard whose people sign in at the provider.
func federate(t *testing.T, p *idp, edit ...func(*Config)) *house {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("of-the-client\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return build(t, append([]func(*Config){func(c *Config) {
		c.PublicURL = "https://stats.example.com"
		c.OIDC = OIDC{Issuer: p.url, ClientID: "footfall", ClientSecretFile: secret, Scopes: []string{"email"}, NameClaim: "email", GroupsClaim: "groups", DefaultRole: "none"}
	}}, edit...)...)
}

func groups(roles map[string]string) func(*Config) {
	return func(c *Config) { c.OIDC.GroupRoles = roles }
}

func (v *visitor) browse(path string) answer {
	return v.send(httptest.NewRequest(http.MethodGet, path, nil))
}

// leave begins to sign in and keeps what the provider is asked.
func (p *idp) leave(v *visitor, to string) {
	p.t.Helper()
	a := v.browse("/oidc/start?to=" + url.QueryEscape(to))
	at, err := url.Parse(a.Header().Get("Location"))
	if a.Code != http.StatusSeeOther || err != nil || !strings.HasPrefix(at.String(), p.url) {
		p.t.Fatalf("start: %d to %v", a.Code, at)
	}
	p.question = at.Query()
}

// back returns from the provider with its code, and tells where it leads.
func (p *idp) back(v *visitor, edit ...string) string {
	p.t.Helper()
	q := url.Values{"code": {"good"}, "state": {p.question.Get("state")}}
	for i := 0; i < len(edit); i += 2 {
		q.Set(edit[i], edit[i+1])
	}
	a := v.browse("/oidc/callback?" + q.Encode())
	if a.Code != http.StatusSeeOther {
		p.t.Errorf("callback: %d %s", a.Code, a.Body)
	}
	return a.Header().Get("Location")
}

// enter signs in and tells where that leads.
func (p *idp) enter(v *visitor) string {
	p.t.Helper()
	p.leave(v, "/pages?site=a")
	return p.back(v)
}

const (
	into    = "/pages?site=a"
	refusal = "/sign-in?trouble=refused"
	trouble = "/sign-in?trouble=provider"
	expired = "/sign-in?trouble=expired"
)

func TestProvider(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, groups(map[string]string{"readers": "viewer", "boss": "admin"})).start()
	v := h.visitor()
	if a := v.wants(200, "GET", "/sign-in"); a.body["provider"] != true {
		t.Errorf("ways: %s", a.Body)
	}
	p.leave(v, into)
	if q := p.question; q.Get("redirect_uri") != "https://stats.example.com/oidc/callback" || q.Get("code_challenge_method") != "S256" || q.Get("scope") != "openid email" {
		t.Errorf("the provider is asked %v", q)
	}
	flow := v.flow
	if to := p.back(v); to != into {
		t.Fatalf("it leads to %s: %s", to, h.log)
	}
	if me := v.wants(200, "GET", "/me"); me.text("name") != "ann@example.com" || me.text("role") != "viewer" || me.body["all_sites"] != true {
		t.Errorf("the user is %s", me.Body)
	}
	if v.flow != "" {
		t.Error("the question is kept after its answer")
	}
	for _, secret := range []string{flow, v.cookie, p.question.Get("state"), "of-the-client"} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
	h.clock = h.clock.Add(federated)
	v.wants(401, "GET", "/me") // the provider is asked again each day
}

func TestProviderAnswersThatAreRefused(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, groups(map[string]string{"readers": "viewer"})).start()
	f := func(name, want string, claims map[string]any, edit ...string) {
		t.Helper()
		v := h.visitor()
		p.claims = claims
		p.leave(v, into)
		if got := p.back(v, edit...); got != want {
			t.Errorf("%s: leads to %s: %s", name, got, h.log)
		}
		if v.cookie != "" {
			t.Errorf("%s: a session begins", name)
		}
	}
	past := time.Now().Add(-time.Hour).Unix()
	f("state of another", expired, nil, "state", "x")
	f("code of another", trouble, nil, "code", "bad")
	f("cancelled", refusal, nil, "error", "access_denied")
	f("another issuer", trouble, nil, "iss", "https://evil.example")
	f("for another client", trouble, map[string]any{"aud": "other"})
	f("by another issuer", trouble, map[string]any{"iss": "https://evil.example"})
	f("too old", trouble, map[string]any{"exp": past})
	f("another nonce", trouble, map[string]any{"nonce": "x"})
	f("without nonce", trouble, map[string]any{"nonce": nil})
	f("no group", refusal, map[string]any{"groups": nil})
	f("another group", refusal, map[string]any{"groups": "others"})
	f("unverified", refusal, map[string]any{"email_verified": false})
	f("not said to be verified", refusal, map[string]any{"email_verified": nil})
	f("verified as text", refusal, map[string]any{"email_verified": "false"})
	f("no email", refusal, map[string]any{"email": nil})
	f("no name", refusal, map[string]any{"email": "a b <c>"})
	if n := holds(h, (*store.Tx).Users); n != 0 {
		t.Errorf("%d users were made", n)
	}
}

func TestProviderAnswersOnce(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, groups(map[string]string{"readers": "viewer"})).start()
	v := h.visitor()
	p.leave(v, into)
	other := h.visitor() // an attacker's answer, followed by somebody's browser
	if got := p.back(other); got != expired || other.cookie != "" {
		t.Errorf("in another browser it leads to %s", got)
	}
	if p.exchanges != 0 {
		t.Error("the code of another browser was used")
	}
	p.back(v)
	if got := p.back(v); got != expired {
		t.Errorf("again it leads to %s", got)
	}
}

func TestProviderDoesNotAnswer(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, func(c *Config) { c.OIDC.Issuer += "/nowhere" }).start() // it starts all the same
	if a := h.visitor().browse("/oidc/start"); a.Header().Get("Location") != trouble {
		t.Errorf("it leads to %v", a.Header())
	}
}

func TestGroups(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, groups(map[string]string{"readers": "viewer", "team": "analyst", "boss": "admin"}), func(c *Config) {
		c.OIDC.GroupSites = map[string]string{"readers": "a,b", "north": "c", "team": "*"}
	}).start()
	v := h.visitor()
	f := func(groups []string, role, sites string, all bool) {
		t.Helper()
		p.claims = map[string]any{"groups": groups}
		if to := p.enter(v); to != into {
			t.Fatalf("%v lead to %s", groups, to)
		}
		me := v.wants(200, "GET", "/me")
		var got []string
		for _, s := range me.body["sites"].([]any) {
			got = append(got, s.(string))
		}
		if me.text("role") != role || strings.Join(got, " ") != sites || me.body["all_sites"] != all {
			t.Errorf("%v are %s", groups, me.Body)
		}
	}
	f([]string{"readers"}, "viewer", "a b", false)
	f([]string{"north", "readers"}, "viewer", "a b c", false)
	f([]string{"readers", "team"}, "analyst", "", true)
	f([]string{"boss"}, "admin", "", true)
	f([]string{"readers"}, "viewer", "a b", false)
	p.claims = map[string]any{"groups": []string{"others"}}
	if to := p.enter(h.visitor()); to != refusal {
		t.Errorf("without a group it leads to %s", to)
	}
}

// Many providers tell email and groups at their user info only.
func TestUserInfo(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, groups(map[string]string{"team": "analyst"}), func(c *Config) { c.OIDC.Issuer += "/about" }).start()
	p.claims = map[string]any{"iss": p.url + "/about", "email": nil, "email_verified": nil, "groups": nil}
	f := func(want string, info map[string]any) {
		t.Helper()
		p.info = info
		if to := p.enter(h.visitor()); to != want {
			t.Errorf("%v leads to %s: %s", info, to, h.log)
		}
	}
	f(into, map[string]any{"sub": "s1", "email": "ann@example.com", "email_verified": true, "groups": []string{"team"}})
	f(trouble, map[string]any{"sub": "s2", "email": "ann@example.com", "email_verified": true, "groups": []string{"team"}})
	f(refusal, map[string]any{"sub": "s1"})
	p.claims["groups"] = []string{"others"} // what is signed counts more
	f(refusal, map[string]any{"sub": "s1", "email": "ann@example.com", "email_verified": true, "groups": []string{"team"}})
}

func TestDomains(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, func(c *Config) { c.OIDC.DefaultRole, c.OIDC.EmailDomains = "viewer", []string{"Example.com"} }).start()
	f := func(sub, email string, verified bool, want string) {
		t.Helper()
		p.claims = map[string]any{"sub": sub, "email": email, "email_verified": verified}
		if to := p.enter(h.visitor()); to != want {
			t.Errorf("%s leads to %s", email, to)
		}
	}
	f("1", "ann@example.com", true, into)
	f("2", "bob@EXAMPLE.com", true, into)
	f("3", "cid@example.com", false, refusal)
	f("4", "dan@sub.example.com", true, refusal)
	f("5", "eve@example.com.evil.example", true, refusal)
	f("6", "example.com", true, refusal)
}

func TestWhoIsWho(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p).start()
	root := h.admin()
	v := h.visitor()
	if to := p.enter(v); to != refusal {
		t.Errorf("without an invitation it leads to %s", to)
	}
	root.wants(200, "POST", "/users", "name", "ann@example.com", "role", "analyst", "all_sites", false, "sites", []string{"a"})
	for range 2 { // an invitation counts at every sign-in
		if to := p.enter(v); to != into {
			t.Errorf("with an invitation it leads to %s: %s", to, h.log)
		}
	}
	if me := v.wants(200, "GET", "/me"); me.text("role") != "analyst" || me.body["all_sites"] != false {
		t.Errorf("the invited is %s", me.Body)
	}
	p.claims = map[string]any{"email": "married@example.com"} // the subject is who one is
	p.enter(v)
	if me := v.wants(200, "GET", "/me"); me.text("name") != "ann@example.com" {
		t.Errorf("after a change of email the user is %s", me.Body)
	}
	p.claims = map[string]any{"sub": "s2"} // the email now belongs to somebody else
	if to := p.enter(h.visitor()); to != refusal {
		t.Errorf("somebody else with the name leads to %s", to)
	}
	p.claims = map[string]any{"sub": "s3", "email": "carl@example.com"}
	h.member(root, "carl@example.com", access.Admin)
	if to := p.enter(h.visitor()); to != refusal {
		t.Errorf("the provider takes over an account with a password: %s", to)
	}
	p.claims = nil
	root.wants(200, "PATCH", "/users/ann@example.com", "disabled", true)
	if to := p.enter(h.visitor()); to != refusal {
		t.Errorf("a disabled user is led to %s", to)
	}
}

func TestTokensOfThoseWhomTheProviderForgot(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, groups(map[string]string{"readers": "viewer"})).start()
	v, token := h.visitor(), h.visitor()
	p.enter(v)
	token.bearer = v.wants(200, "POST", "/tokens", "name", "t", "role", "viewer", "all_sites", true, "days", 366).text("secret")
	h.clock = h.clock.Add(vouchedFor)
	token.wants(200, "GET", "/me")
	h.clock = h.clock.Add(time.Second)
	token.wants(401, "GET", "/me")
	p.enter(v)
	token.wants(200, "GET", "/me")
}

func TestWithoutLocalAccounts(t *testing.T) {
	p := newIDP(t)
	h := federate(t, p, groups(map[string]string{"readers": "admin"}), func(c *Config) { c.LocalAccounts = false }).start()
	if h.opening.FirstLink != "" {
		t.Error("there is a link for a first admin with a password")
	}
	v := h.visitor()
	v.wants(403, "POST", "/sign-in", "name", "root", "password", password)
	v.wants(403, "POST", "/one-time-link/use", "link", "x", "name", "root", "password", password)
	p.enter(v)
	v.wants(200, "GET", "/users")
	v.wants(403, "PUT", "/me/password", "current", "", "password", password)
}

func TestLocalPaths(t *testing.T) {
	f := func(to, want string) {
		t.Helper()
		if got := localPath(to); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
	f("/pages?site=a#x", "/pages?site=a#x")
	f("/", "/")
	f("", "/")
	f("pages", "/")
	f("//evil.example", "/")
	f("/\\evil.example", "/")
	f("/\t/evil.example", "/")
	f("https://evil.example/", "/")
	f("javascript:alert(1)", "/")
	f("/%zz", "/")
}

func TestOIDCConfig(t *testing.T) {
	f := func(want string, edit func(*Config)) {
		t.Helper()
		c := Config{SignIn: "on", LocalAccounts: true, PublicURL: "https://a.example", OIDC: OIDC{Issuer: "https://id.example", ClientID: "footfall", NameClaim: "email"}}
		edit(&c)
		err := c.Check("127.0.0.1:8080")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	f("", func(*Config) {})
	f("needs dashboard-public-url", func(c *Config) { c.PublicURL = "" })
	f(`dashboard-oidc-issuer "id.example"`, func(c *Config) { c.OIDC.Issuer = "id.example" })
	f(`dashboard-oidc-issuer "http://id.example"`, func(c *Config) { c.OIDC.Issuer = "http://id.example" })
	f("", func(c *Config) { c.OIDC.Issuer = "http://127.0.0.1:1/realm" })
	f("dashboard-oidc-client-id", func(c *Config) { c.OIDC.ClientID = "" })
	f("dashboard-oidc-name-claim", func(c *Config) { c.OIDC.NameClaim = "" })
	f(`a="root" must be viewer, analyst or admin`, func(c *Config) { c.OIDC.GroupRoles = map[string]string{"a": "root"} })
	f(`a="x,"`, func(c *Config) { c.OIDC.GroupSites = map[string]string{"a": "x,"} })
	f("no such file", func(c *Config) { c.OIDC.ClientSecretFile = "/nowhere/secret" })
	f("nobody could manage people", func(c *Config) { c.LocalAccounts = false })
	f("", func(c *Config) { c.LocalAccounts, c.OIDC.GroupRoles = false, map[string]string{"a": "admin"} })
}
