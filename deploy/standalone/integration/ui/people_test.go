package ui

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

const password = "four plain words here"

// firstLink is what a start without users prints.
var firstLink = regexp.MustCompile(`/welcome#\S+`)

// locked starts a product at which people sign in, with the seeded visits.
func locked(t *testing.T) *instance.Instance {
	t.Helper()
	p, err := instance.New(binary, filepath.Join(t.TempDir(), "data"), "FOOTFALL_DASHBOARD_SIGN_IN=on", "FOOTFALL_CONSUMER_BATCH_WAIT=100ms", "FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// fill types into a form's field, found by its label.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	find := `[...document.querySelectorAll('label')].find(l => l.checkVisibility() && l.innerText.trim().startsWith(` + quote(label) + `))?.querySelector('input, select')`
	b.until("the field "+label, `(e => { if (!e || e.disabled) return false; e.value = `+quote(value)+`
		e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return true })(`+find+`)`)
}

// fetched is the status of the API's answer to the page's own session.
func (b *tab) fetched(method, path, body string) any {
	b.t.Helper()
	return b.js(`fetch('/api/v1` + path + `', {method: '` + method + `', headers: {'Content-Type': 'application/json'}, body: ` + body + `}).then(r => r.status)`)
}

// The first admin comes in by the printed link, invites a viewer of one site, and shares a page; each sees
// what is theirs and nothing else.
func TestPeople(t *testing.T) {
	p := locked(t)
	link := firstLink.FindString(p.Shown.String())
	if link == "" {
		t.Fatalf("no link for the first admin:\n%s", p.Shown)
	}
	if err := seed(t.Context(), p, 2); err != nil { // their rights need no more
		t.Fatal(err)
	}
	axe := axeScript(t)
	admin := look(t, dashboard(p), "/overview?"+question)
	if text := admin.text(); !strings.Contains(text, "Sign in") || strings.Contains(text, "/pricing") {
		t.Fatalf("a stranger sees %s", text)
	}
	admin.accessible(axe, "sign-in")
	admin.stored("sign-in")
	admin.open(link)
	admin.accessible(axe, "welcome")
	admin.fill("Name", "root")
	admin.fill("New password", password)
	admin.fill("Once more", password)
	admin.click("button", "Set the password")
	admin.until("the admin to be in", `!!document.querySelector('nav') && !location.pathname.startsWith('/welcome')`)
	for _, name := range []string{"account", "tokens", "shares", "users"} {
		admin.open("/" + name)
		admin.accessible(axe, name)
		admin.stored(name)
	}
	invited := admin.js(`fetch('/api/v1/users', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({name: 'vic', role: 'viewer', all_sites: false, sites: ['` + site + `']})}).then(r => r.json()).then(a => a.link ?? JSON.stringify(a))`)
	secret := firstLink.FindString(invited.(string))
	if secret == "" {
		t.Fatalf("the invitation is %v", invited)
	}
	viewer := look(t, dashboard(p), secret)
	viewer.fill("New password", password)
	viewer.fill("Once more", password)
	viewer.click("button", "Set the password")
	viewer.until("the viewer to be in", `!!document.querySelector('nav') && !location.pathname.startsWith('/welcome')`)
	viewer.open("/pages?" + question)
	if got := strings.Join(viewer.rows(), " "); !strings.Contains(got, "/pricing") {
		t.Errorf("the viewer sees the pages %s", got)
	}
	for path, want := range map[string]float64{"/sites/" + site + "/summary": 200, "/sites/other.example/summary": 403, "/users": 403, "/networks/own": 403, "/networks/own/file": 403, "/jobs/days?from=2026-03-02&to=2026-03-03": 200} {
		if got := viewer.fetched("GET", path, "undefined"); got != want {
			t.Errorf("the viewer gets %v from %s, want %v", got, path, want)
		}
	}
	if got := viewer.fetched("POST", "/jobs/requests", `'{"from":"2026-03-03"}'`); got != 403.0 {
		t.Errorf("the viewer's order of a run gets %v", got)
	}
	viewer.open("/own-networks")
	if text := viewer.text(); !strings.Contains(text, "not for you") || strings.Contains(text, "Own networks") {
		t.Errorf("the viewer sees the own networks: %s", text)
	}
	viewer.open("/runs")
	if text := viewer.text(); strings.Contains(text, "Compute a range") {
		t.Error("the viewer is offered to compute days")
	}
	shared(t, admin, p)
	admin.open("/account")
	admin.click("button", "Sign out")
	admin.until("the sign-in", `[...document.querySelectorAll('h1')].some(h => h.innerText === 'Sign in')`)
	admin.fill("Name", "root")
	admin.fill("Password", "not the right words")
	admin.click("form button", "Sign in")
	admin.until("the refusal", `!!document.querySelector('[role=alert]')`)
}

// shared: whoever has the link sees the page as it was shared, and nothing else.
func shared(t *testing.T, admin *tab, p *instance.Instance) {
	t.Helper()
	made, _ := admin.js(`fetch('/api/v1/shares', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({name: 'the blog', days: 7, view: {site: '` + site + `', page: 'pages', query: 'range=` + firstDay + `..` + lastDay + `&filter=path:/blog/*'}})}).then(r => r.text())`).(string)
	link := regexp.MustCompile(`/share/[A-Za-z0-9_-]+`).FindString(made)
	if link == "" {
		t.Fatalf("the shared link is %s", made)
	}
	guest := look(t, dashboard(p), link)
	guest.until("the shared page", `document.querySelectorAll('main table tbody tr').length === 2`)
	if text := guest.text(); strings.Contains(text, "/pricing") || !strings.Contains(text, "/blog/two-witnesses") || strings.Contains(text, "Addresses\nNetworks") {
		t.Errorf("the guest sees %s", text)
	}
	guest.stored("share")
	guest.js(`void (make => { URL.createObjectURL = file => { file.text().then(text => { window.saved = text }); return make.call(URL, file) } })(URL.createObjectURL)`)
	guest.click("main button", "CSV")
	guest.until("the guest's file", `window.saved?.includes('/blog/two-witnesses')`)
	if saved, _ := guest.js(`window.saved`).(string); strings.Contains(saved, "/pricing") || strings.Count(saved, "\n") != 3 {
		t.Errorf("the guest saves %s", saved)
	}
	if got := guest.fetched("GET", "/sites/"+site+"/reports/addresses", "undefined"); got != 401.0 && got != 403.0 {
		t.Errorf("the guest gets %v from the addresses", got)
	}
}
