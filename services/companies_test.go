package services

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/companies"
	"github.com/footfall-analytics/footfall/pkg/enrich/networks"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// listed is a dashboard that keeps a list of networks.
type listed struct {
	t   *testing.T
	api http.Handler
	log strings.Builder
}

// as lets everyone be one principal.
type as access.Principal

func (a as) Authenticate(*http.Request) (access.Principal, error) { return access.Principal(a), nil }

func keep(t *testing.T, cfg companies.Config, who access.Authenticator) *listed {
	l := &listed{t: t}
	log := slog.New(slog.NewTextHandler(&l.log, nil))
	l.api = dashboard.New(who, log, companies.New(cfg, readNetworks, nil, log)).Handler()
	return l
}

// answer is what tests look at.
type answer struct {
	Version, Locked         string
	Networks, Companies     int
	Wrong                   int
	Added, Removed, Changed int
	Faults, Notes           []companies.Remark
	Entries                 []companies.Entry
	Entry                   *companies.Entry
	Detail                  string
	Errors                  []struct{ Location, Message string }
}

// ask sends a request, and fails unless the status is as wanted.
func (l *listed) ask(method, path, body string, status int) (a answer) {
	l.t.Helper()
	r := httptest.NewRequest(method, "/api/v1/networks/own"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	l.api.ServeHTTP(w, r)
	if w.Code != status {
		l.t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/") && w.Header().Get("Content-Disposition") == "" {
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			l.t.Fatal(err)
		}
	}
	return a
}

// unasked is the version of a list that is only to be checked.
const unasked = "-"

func list(content, format, version string) string {
	fields := map[string]string{"content": content, "format": format, "version": version}
	if version == unasked {
		delete(fields, "version")
	}
	b, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const offices = "network,organisation,class\n# the north\n203.0.113.0/24,First Bank\n203.0.113.64/26,Its school,education\n"

// TestOwnNetworksReachTheCollector: what an admin uploads is what a collector that watches the file knows.
func TestOwnNetworksReachTheCollector(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.csv")
	known, err := networks.New(networks.Config{Networks: path, NetworksMayCome: true}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	watcher := known.Watcher()
	if err := watcher.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := watcher.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	until := func(organisation, version string) {
		t.Helper()
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for late := time.After(time.Minute); ; {
			e := event.Event{Address: netip.MustParseAddr("203.0.113.70")}
			if rules := known.Apply(&e); e.Enrich.Organisation == organisation && (version == "" || rules == "networks "+version) {
				return
			}
			select {
			case <-tick.C:
			case <-late:
				t.Fatalf("the collector says %q, want %q", e.Enrich.Organisation, organisation)
			}
		}
	}
	l := keep(t, companies.Config{Networks: path}, access.Everyone{})
	if a := l.ask("GET", "", "", 200); a.Version != "" || a.Networks != 0 || a.Locked != "" {
		t.Errorf("without a file: %+v", a)
	}
	a := l.ask("PUT", "", list(offices, "csv", ""), 200)
	until("Its school", a.Version)
	a = l.ask("DELETE", "/entries?network=203.0.113.64/26&version="+a.Version, "", 200)
	until("First Bank", a.Version)
	l.ask("POST", "/entries", `{"network":"203.0.113.70","organisation":" Müller, \"Söhne\" ","class":"isp","version":"`+a.Version+`"}`, 200)
	until(`Müller, "Söhne"`, "")
	want := "network,organisation,class\n# the north\n203.0.113.0/24,First Bank\n203.0.113.70/32,\"Müller, \"\"Söhne\"\"\",isp\n"
	if diff := cmp.Diff(want, content(t, path)); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
	if n := strings.Count(l.log.String(), "by=local"); n != 3 {
		t.Errorf("%d changes in the log, want 3:\n%s", n, &l.log)
	}
}

// TestOwnNetworksStay: what is wrong, or began with another list, changes nothing.
func TestOwnNetworksStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.csv")
	l := keep(t, companies.Config{Networks: path}, access.Everyone{})
	version := l.ask("PUT", "", list(offices, "csv", ""), 200).Version
	f := func(method, path, body string, status int, want string) {
		t.Helper()
		if a := l.ask(method, path, body, status); !strings.Contains(a.Detail, want) {
			t.Errorf("%s: %q, want %q in it", body, a.Detail, want)
		}
	}
	f("PUT", "", list("192.0.2.0/24,A\nnonsense,B\n192.0.2.1,C,firm\n", "csv", version), 422, `line 2: network "nonsense"`)
	f("PUT", "", list("", "csv", "another"), 409, "meanwhile")
	f("PUT", "", list(strings.Repeat("#", 1<<20+1), "csv", version), 422, "1048577 bytes")
	f("POST", "/entries", `{"network":"203.0.113.9/24","organisation":"B","version":"`+version+`"}`, 422, "there twice, first in line 3")
	f("POST", "/entries", `{"network":"# 192.0.2.1","organisation":"B","version":"`+version+`"}`, 422, "must be network")
	f("POST", "/entries", `{"network":"192.0.2.1","organisation":"\n","version":"`+version+`"}`, 422, "needs an organisation")
	f("DELETE", "/entries?network=192.0.2.0/24&version="+version, "", 404, "no network")
	f("GET", "/lookup?address=there", "", 422, "must be one such as")
	if got := content(t, path); got != offices {
		t.Errorf("the file is now %q", got)
	}
	a := l.ask("PUT", "", list("a\nb\n", "csv", version), 422)
	if len(a.Errors) != 2 || a.Errors[1].Location != "line 2" {
		t.Errorf("the errors are %+v", a.Errors)
	}
}

// TestOwnNetworksPreview: what a list would do, beside the one in force.
func TestOwnNetworksPreview(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.yaml")
	l := keep(t, companies.Config{Networks: path}, access.Everyone{})
	version := l.ask("PUT", "", list(offices, "csv", ""), 200).Version
	if got, want := content(t, path), "networks:\n    - network: 203.0.113.0/24\n      organisation: First Bank\n      class: business\n"; !strings.HasPrefix(got, want) {
		t.Errorf("the file is %q, want it to begin with %q", got, want)
	}
	a := l.ask("POST", "/check", list("203.0.113.0/24;First Bank;isp\n198.51.100.7;Second\n198.51.100.8;second\n;\nx;y\n", "csv", unasked), 200)
	a.Entries = nil
	want := answer{Networks: 3, Companies: 3, Wrong: 1, Added: 2, Removed: 1, Changed: 1}
	want.Faults = []companies.Remark{{Line: 5, Text: `network "x" must be an address or a network such as 203.0.113.0/24`}}
	want.Notes = []companies.Remark{{Line: 3, Text: `"second" is a company of its own beside "Second" of line 2`}}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("the preview (-want +got):\n%s", diff)
	}
	if e := l.ask("GET", "/lookup?address=203.0.113.65", "", 200).Entry; e == nil || e.Organisation != "Its school" {
		t.Errorf("the address belongs to %+v", e)
	}
	if e := l.ask("GET", "/lookup?address=192.0.2.1", "", 200).Entry; e != nil {
		t.Errorf("the address belongs to %+v", e)
	}
	if a := l.ask("POST", "/entries", `{"network":"192.0.2.1","organisation":"B","version":"`+version+`"}`, 409); !strings.Contains(a.Detail, "YAML") {
		t.Errorf("a row for YAML: %q", a.Detail)
	}
}

// TestOwnNetworksAreForAdmins, of a dashboard that may write.
func TestOwnNetworksAreForAdmins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.csv")
	for _, who := range []as{
		{Name: "vic", Role: access.Viewer, All: true}, {Name: "ann", Role: access.Analyst, All: true}, {Name: "ben", Role: access.Admin, Sites: []string{"mine"}},
	} {
		l := keep(t, companies.Config{Networks: path}, who)
		l.ask("GET", "", "", 403)
		l.ask("GET", "/file", "", 403)
		l.ask("GET", "/use", "", 403)
		l.ask("GET", "/lookup?address=192.0.2.1", "", 403)
		l.ask("POST", "/check", list("", "csv", unasked), 403)
		l.ask("PUT", "", list(offices, "csv", ""), 403)
		l.ask("POST", "/entries", `{"network":"192.0.2.1","organisation":"B","version":""}`, 403)
		l.ask("DELETE", "/entries?network=192.0.2.1&version=x", "", 403)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("somebody wrote the file")
	}
	l := keep(t, companies.Config{}, access.Everyone{})
	if a := l.ask("GET", "", "", 200); !strings.Contains(a.Locked, "--dashboard-networks") {
		t.Errorf("without a file: %+v", a)
	}
	l.ask("PUT", "", list(offices, "csv", ""), 409)
	if err := os.WriteFile(path, []byte(offices), 0o600); err != nil {
		t.Fatal(err)
	}
	l = keep(t, companies.Config{Networks: path, ReadOnly: true}, access.Everyone{})
	if a := l.ask("GET", "", "", 200); a.Networks != 2 || !strings.Contains(a.Locked, "--enrich-networks") {
		t.Errorf("a file that is only shown: %+v", a)
	}
	l.ask("PUT", "", list("", "csv", versionOf(t, l)), 409)
}

func versionOf(t *testing.T, l *listed) string {
	t.Helper()
	return l.ask("GET", "", "", 200).Version
}
