package browser

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
)

// people is a dashboard with nothing but accounts, on plain HTTP of this machine.
func people(t *testing.T, signIn string) (base, link string) {
	t.Helper()
	door := httptest.NewUnstartedServer(nil)
	addr := door.Listener.Addr().String()
	log := slog.New(slog.DiscardHandler)
	who, err := accounts.New(accounts.Config{State: t.TempDir(), SignIn: signIn, LocalAccounts: true}, addr,
		func(o accounts.Opening) { base, link = o.URL, o.FirstLink }, log, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	if err := who.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = who.Stop(t.Context()) })
	door.Config.Handler = who.Guard(dashboard.New(who, log, who).Handler())
	door.Start()
	t.Cleanup(door.Close)
	return base, link
}

// asks is a script that asks the API of the page's own dashboard for a status.
func asks(method, path, body string) string {
	return fmt.Sprintf(`fetch('/api/v1%s', {method: '%s', headers: {'Content-Type': 'application/json'}, body: %s}).then(r => r.status)`, path, method, body)
}

func (b *tab) wants(want float64, script string) {
	b.t.Helper()
	if got := b.js(script); got != want {
		b.t.Errorf("%s: %v, want %v", script, got, want)
	}
}

// The browser keeps a __Host- cookie of a plain address of this machine, hides it from scripts, and sends it
// for nobody else's page.
func TestSignInKeepsToItsSite(t *testing.T) {
	t.Parallel()
	base, link := people(t, "on")
	c := newChromium(t)
	own := c.open(t, base+"/")
	own.wants(401, asks("GET", "/me", "undefined"))
	_, secret, _ := strings.Cut(link, "#")
	own.wants(200, asks("POST", "/one-time-link/use", fmt.Sprintf(`JSON.stringify({link: '%s', name: 'root', password: 'four plain words here'})`, secret)))
	own.wants(200, asks("GET", "/me", "undefined"))
	if got := own.js("document.cookie"); got != "" {
		t.Errorf("scripts see %v", got)
	}
	other := newOther(t)
	evil := c.open(t, other+"/")
	for _, script := range []string{
		`fetch('%s/api/v1/sign-out', {method: 'POST', mode: 'no-cors', credentials: 'include'}).then(r => r.type)`,
		`fetch('%s/api/v1/me', {credentials: 'include'}).catch(() => 'refused')`,
		`new Promise(done => { const f = document.createElement('form'); f.method = 'post'; f.action = '%s/api/v1/sign-out'; f.target = 'frame';
			const i = document.createElement('iframe'); i.name = 'frame'; i.onload = () => done('posted'); document.body.append(i, f); f.submit() })`,
	} {
		evil.js(fmt.Sprintf(script, base))
	}
	own.wants(200, asks("GET", "/me", "undefined"))
}

// A dashboard that asks nobody is open to this machine, and to no page of others that a browser on it shows.
func TestOpenDashboardKeepsToItself(t *testing.T) {
	t.Parallel()
	base, link := people(t, "auto")
	if link != "" {
		t.Errorf("an open dashboard makes the link %s", link)
	}
	c := newChromium(t)
	own := c.open(t, base+"/")
	own.wants(200, asks("GET", "/me", "undefined"))
	_, port, err := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	// localhost is this machine, too; a name of an attacker that leads here is not (rebinding).
	c.open(t, "http://localhost:"+port+"/").wants(200, asks("GET", "/me", "undefined"))
	r := httptest.NewRequest(http.MethodGet, base+"/api/v1/me", nil)
	r.Host, r.RequestURI = "rebound.example:"+port, ""
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("for another name it answers %s", res.Status)
	}
	if got := c.open(t, newOther(t)+"/").js(fmt.Sprintf(`fetch('%s/api/v1/me').then(r => r.status, () => 'refused')`, base)); got != "refused" {
		t.Errorf("another page reads %v", got)
	}
}

// newOther is somebody else's site, on another port of this machine: the nearest that another site can be.
func newOther(t *testing.T) (origin string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>other</title><body>")
	}))
	t.Cleanup(server.Close)
	return server.URL
}
