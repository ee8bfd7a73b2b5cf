package accounts

import (
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

func TestOtherSitesChangeNothing(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	f := func(want int, headers ...string) {
		t.Helper()
		v := *root
		v.headers = map[string]string{}
		for i := 0; i < len(headers); i += 2 {
			v.headers[headers[i]] = headers[i+1]
		}
		v.wants(want, "DELETE", "/me/sessions")
	}
	f(204)
	f(204, "Sec-Fetch-Site", "same-origin")
	f(204, "Sec-Fetch-Site", "none")
	f(403, "Sec-Fetch-Site", "cross-site")
	f(403, "Sec-Fetch-Site", "same-site") // the demo pages on another port are such a site
	f(204, "Origin", "http://127.0.0.1:8080")
	f(403, "Origin", "http://127.0.0.1:8081")
	f(403, "Origin", "https://evil.example")
	f(403, "Origin", "null")
}

func TestPublicURLIsNoOtherSite(t *testing.T) {
	h := build(t, func(c *Config) { c.PublicURL = "https://stats.example.com/" }).start()
	v := h.admin() // the proxy says Host: 127.0.0.1:8080
	v.headers["Origin"] = "https://stats.example.com"
	v.wants(204, "DELETE", "/me/sessions")
	v.headers["Origin"] = "https://other.example.com"
	v.wants(403, "DELETE", "/me/sessions")
}

// unlocked is a dashboard that asks nobody.
func unlocked(t *testing.T, edit ...func(*Config)) *house {
	return build(t, append([]func(*Config){func(c *Config) { c.SignIn, c.State = "auto", "" }}, edit...)...).start()
}

func TestOpenDashboard(t *testing.T) {
	h := unlocked(t)
	if !h.opening.Open || h.opening.FirstLink != "" || !strings.Contains(h.log.String(), "without a password") {
		t.Errorf("it opens as %+v and logs %s", h.opening, h.log)
	}
	v := h.visitor()
	if a := v.wants(200, "GET", "/me"); a.text("role") != "admin" || a.text("via") != "open" {
		t.Errorf("everyone is %s", a.Body)
	}
	if a := v.wants(200, "GET", "/sign-in"); a.body["open"] != true {
		t.Errorf("ways: %s", a.Body)
	}
	for _, op := range operations {
		if accountsOnly(op.path) {
			v.wants(409, op.method, op.path, op.fields...)
		}
	}
}

func TestOpenDashboardIsForThisMachine(t *testing.T) {
	h := unlocked(t)
	f := func(host string, want int, headers ...string) {
		t.Helper()
		v := h.visitor()
		v.host = host
		for i := 0; i < len(headers); i += 2 {
			v.headers[headers[i]] = headers[i+1]
		}
		v.wants(want, "GET", "/me")
	}
	f("127.0.0.1:8080", 200)
	f("127.0.0.1", 200)
	f("127.8.9.1:1", 200)
	f("localhost:18080", 200)
	f("LOCALHOST", 200)
	f("[::1]:8080", 200)
	f("[::1]", 200)
	f("evil.example:8080", 403)
	f("127.0.0.1.evil.example", 403)
	f("localhost.evil.example:8080", 403)
	f("192.0.2.1:8080", 403)
	f("0.0.0.0:8080", 403)
	f("", 403)
	f("127.0.0.1:8080", 403, "X-Forwarded-For", "203.0.113.1")
	f("127.0.0.1:8080", 403, "Forwarded", "for=203.0.113.1")
	f("127.0.0.1:8080", 403, "Via", "1.1 proxy")
	f("127.0.0.1:8080", 403, "X-Real-IP", "203.0.113.1")
	f("127.0.0.1:8080", 403, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors")
	f("127.0.0.1:8080", 403, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors")
	f("127.0.0.1:8080", 200, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
	f("127.0.0.1:8080", 200, "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors")
}

func TestOpenDashboardBehindAProxyThatIsNamed(t *testing.T) {
	h := unlocked(t, func(c *Config) { c.SignIn, c.PublicURL = "off", "https://stats.example.com" })
	v := h.visitor()
	v.host, v.headers["X-Forwarded-For"] = "stats.example.com", "203.0.113.1"
	v.wants(200, "GET", "/me")
	v.host = "evil.example"
	v.wants(403, "GET", "/me")
}

func TestConfig(t *testing.T) {
	f := func(addr, want string, c Config) {
		t.Helper()
		err := c.Check(addr)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v on %s: %v, want %q", c, addr, err, want)
		}
	}
	const here, everywhere = "127.0.0.1:8080", ":8080"
	f(here, "", Config{SignIn: "auto", LocalAccounts: true})
	f(everywhere, "", Config{SignIn: "auto", LocalAccounts: true})
	f(here, "", Config{SignIn: "off", LocalAccounts: true})
	f("[::1]:80", "", Config{SignIn: "off", LocalAccounts: true})
	f("localhost:80", "", Config{SignIn: "off", LocalAccounts: true})
	f(everywhere, `dashboard-sign-in "off" needs`, Config{SignIn: "off", LocalAccounts: true})
	f("0.0.0.0:8080", `dashboard-sign-in "off" needs`, Config{SignIn: "off", LocalAccounts: true, PublicURL: "https://a.example"})
	f(here, "must be scheme and host", Config{LocalAccounts: true, PublicURL: "stats.example.com"})
	f(here, "must be scheme and host", Config{LocalAccounts: true, PublicURL: "https://stats.example.com/path"})
	f(here, "must be scheme and host", Config{LocalAccounts: true, PublicURL: "ftp://stats.example.com"})
	f(here, "go together", Config{LocalAccounts: true, ForwardedHeader: "X-Forwarded-For"})
	f(here, "go together", Config{LocalAccounts: true, TrustedProxies: []string{"10.0.0.1"}})
	f(here, "must be an address or a CIDR", Config{LocalAccounts: true, TrustedProxies: []string{"proxy"}, ForwardedHeader: "X-Forwarded-For"})
	f(here, "nobody could sign in", Config{})
}

func TestWhenItOpens(t *testing.T) {
	f := func(addr, signIn, public string, open bool, base string) {
		t.Helper()
		c := Config{SignIn: signIn, PublicURL: public}
		if got := c.opens(addr); got != open || c.base(addr) != base {
			t.Errorf("%s %s %s: open %t at %s", addr, signIn, public, got, c.base(addr))
		}
	}
	f("127.0.0.1:8080", "auto", "", true, "http://127.0.0.1:8080")
	f("[::1]:8080", "auto", "", true, "http://[::1]:8080")
	f("127.0.0.1:8080", "on", "", false, "http://127.0.0.1:8080")
	f("127.0.0.1:8080", "auto", "https://a.example", false, "https://a.example")
	f("127.0.0.1:8080", "off", "https://a.example/", true, "https://a.example")
	f(":8080", "auto", "", false, "http://127.0.0.1:8080")
	f("0.0.0.0:8080", "auto", "", false, "http://127.0.0.1:8080")
	f("[::]:8080", "auto", "", false, "http://127.0.0.1:8080")
	f("192.0.2.1:8080", "auto", "", false, "http://192.0.2.1:8080")
}

func TestStateIsNeeded(t *testing.T) {
	if err := build(t, func(c *Config) { c.State = "" }).try(); err == nil || !strings.Contains(err.Error(), "dashboard-state") {
		t.Errorf("error %v", err)
	}
}

func TestTwoDashboardsOnOneState(t *testing.T) {
	h := build(t).start()
	second := build(t, func(c *Config) { c.State = h.cfg.State })
	if err := second.try(); !errors.Is(err, store.ErrHeld) {
		t.Errorf("error %v", err)
	}
}

func TestDamagedState(t *testing.T) {
	h := build(t)
	if err := os.WriteFile(filepath.Join(h.cfg.State, "accounts.db"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := h.try(); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("error %v", err)
	}
}

func TestLargeBodiesAreRefused(t *testing.T) {
	h := build(t).start()
	r := httptest.NewRequest("POST", "/api/v1/sign-in", strings.NewReader(`{"name":"a","password":"`+strings.Repeat("x", longestBody)+`"}`))
	r.Header.Set("Content-Type", "application/json")
	if a := h.visitor().send(r); a.Code != 413 {
		t.Errorf("the answer is %d", a.Code)
	}
}
