package dashboard

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// locked is a dashboard at which people sign in, as the service wires it.
type locked struct {
	t    *testing.T
	base string
	link string // for the first admin
	door *httptest.Server
}

func lock(t *testing.T) *locked {
	t.Helper()
	l := &locked{t: t, door: httptest.NewUnstartedServer(nil)}
	l.base = "https://" + l.door.Listener.Addr().String()
	log := slog.New(slog.DiscardHandler)
	who, err := accounts.New(accounts.Config{State: t.TempDir(), SignIn: "auto", PublicURL: l.base, LocalAccounts: true},
		l.door.Listener.Addr().String(), func(o accounts.Opening) { l.link = o.FirstLink }, log, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	if err := who.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = who.Stop(t.Context()) })
	l.door.Config.Handler = who.Guard(dashboard.New(who, log, figures.New(store, sites.Open(time.UTC)), who).Handler())
	l.door.StartTLS()
	t.Cleanup(l.door.Close)
	return l
}

// person is a browser, or a program with a bearer token.
type person struct {
	l      *locked
	client http.Client
	bearer string
}

func (l *locked) person(bearer string) *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		l.t.Fatal(err)
	}
	return &person{l, http.Client{Transport: l.door.Client().Transport, Jar: jar}, bearer}
}

// asks sends a request and returns the field of the answer, which must have the status.
func (p *person) asks(status int, method, path string, body map[string]any, field string) string {
	t := p.l.t
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, p.l.base+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if p.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+p.bearer)
	}
	res, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Errorf("%s %s answers %d, want %d: %s", method, path, res.StatusCode, status, answer)
	}
	fields := map[string]any{}
	_ = json.Unmarshal(answer, &fields) // tables are files as well
	value, _ := fields[field].(string)
	return value
}

// enters uses a one-time link.
func (l *locked) enters(link, name string) *person {
	l.t.Helper()
	p := l.person("")
	_, secret, _ := strings.Cut(link, "#")
	p.asks(200, "POST", "/one-time-link/use", map[string]any{"link": secret, "name": name, "password": "four plain words here"}, "")
	return p
}

// A viewer cannot reach what is not his: by URL, API, token, shared link.
func TestPeopleSeeWhatIsTheirs(t *testing.T) {
	example(t, "own", ledger.Date{Year: 2023, Month: 5, Day: 10})
	example(t, "foreign", ledger.Date{Year: 2023, Month: 5, Day: 10})
	l := lock(t)
	root := l.enters(l.link, "root")
	invite := func(name, role string) *person {
		t.Helper()
		return l.enters(root.asks(200, "POST", "/users", map[string]any{"name": name, "role": role, "all_sites": false, "sites": []string{"own"}}, "link"), name)
	}
	viewer, analyst := invite("vic", "viewer"), invite("ann", "analyst")
	token := l.person(viewer.asks(200, "POST", "/tokens", map[string]any{"name": "t", "role": "viewer", "all_sites": true, "days": 1}, "secret"))
	view := map[string]any{"site": "own", "page": "pages", "query": "range=2023-05-10..2023-05-10"}
	_, secret, _ := strings.Cut(analyst.asks(200, "POST", "/shares", map[string]any{"name": "May", "view": view, "days": 1}, "link"), "/share/")
	share, nobody := l.person(secret), l.person("")

	questions := []string{"/summary", "/timeline", "/live", "/annotations", "/reports/pages", "/reports/pages/how", "/reports/addresses", "/exports/pages"}
	f := func(p *person, site string, want func(question string) int) {
		t.Helper()
		for _, q := range questions {
			p.asks(want(q), "GET", "/sites/"+site+q, nil, "")
		}
	}
	always := func(status int) func(string) int { return func(string) int { return status } }
	f(root, "foreign", always(200))
	for _, p := range []*person{viewer, analyst, token} {
		f(p, "own", always(200))
		f(p, "foreign", always(403))
	}
	f(share, "own", func(q string) int {
		if strings.Contains(q, "pages") {
			return 200
		}
		return 403
	})
	f(share, "foreign", always(403))
	f(nobody, "own", always(401))
	for _, p := range []*person{viewer, token, share} {
		p.asks(403, "POST", "/shares", map[string]any{"name": "x", "view": view, "days": 1}, "")
		p.asks(403, "GET", "/users", nil, "")
	}

	root.asks(200, "PATCH", "/users/vic", map[string]any{"sites": []string{"foreign"}}, "")
	for _, p := range []*person{viewer, token} {
		f(p, "own", always(403))
		f(p, "foreign", always(200))
	}
	root.asks(204, "DELETE", "/users/vic", nil, "")
	root.asks(204, "DELETE", "/users/ann", nil, "")
	for _, p := range []*person{viewer, analyst, token, share} {
		f(p, "own", always(401))
	}
}
