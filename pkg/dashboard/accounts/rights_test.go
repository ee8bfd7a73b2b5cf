package accounts

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// operation is one request of each operation, harmless and well-formed, with the role that it needs.
type operation struct {
	method, path string
	fields       []any
	needs        access.Role
}

var view = map[string]any{"site": "a", "page": "overview", "query": "from=2026-01-01&to=2026-01-31"}

var operations = []operation{
	{"GET", "/sign-in", nil, access.Public},
	{"GET", "/me", nil, access.Viewer},
	{"GET", "/me/sessions", nil, access.Viewer},
	{"DELETE", "/me/sessions", nil, access.Viewer},
	{"DELETE", "/me/sessions/none", nil, access.Viewer},
	{"PUT", "/me/password", []any{"current", password, "password", "x"}, access.Viewer},
	{"GET", "/tokens", nil, access.Viewer},
	{"POST", "/tokens", []any{"name", "t", "role", "viewer", "all_sites", true, "days", 1}, access.Viewer},
	{"DELETE", "/tokens/none", nil, access.Viewer},
	{"GET", "/shares", nil, access.Analyst},
	{"POST", "/shares", []any{"name", "s", "view", view, "days", 1}, access.Analyst},
	{"DELETE", "/shares/none", nil, access.Analyst},
	{"GET", "/users", nil, access.Admin},
	{"POST", "/users", []any{"name", "", "role", "viewer", "all_sites", true}, access.Admin},
	{"PATCH", "/users/none", []any{"disabled", true}, access.Admin},
	{"DELETE", "/users/none", nil, access.Admin},
	{"POST", "/users/none/link", nil, access.Admin},
	{"GET", "/try/viewer", nil, access.Viewer},
	{"GET", "/try/analyst", nil, access.Analyst},
	{"GET", "/try/admin", nil, access.Admin},
}

// accountsOnly are the paths that want a person at a browser.
func accountsOnly(path string) bool {
	return strings.HasPrefix(path, "/me/") || slices.ContainsFunc([]string{"/tokens", "/shares", "/users"}, func(p string) bool { return strings.HasPrefix(path, p) })
}

func TestRolesAndOperations(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	for who, v := range map[access.Role]*visitor{
		"": h.visitor(), access.Viewer: h.member(root, "viewer", access.Viewer), access.Analyst: h.member(root, "analyst", access.Analyst), access.Admin: root,
	} {
		for _, op := range operations {
			got := v.do(op.method, op.path, op.fields...).Code
			want := op.needs == access.Public || who != "" && who.Includes(op.needs)
			if refused := got == 401 || got == 403; refused == want || who == "" && !want && got != 401 || got >= 500 {
				t.Errorf("%q: %s %s: %d", who, op.method, op.path, got)
			}
		}
	}
}

func TestTokensOpenTheFiguresAndNoAccounts(t *testing.T) {
	h := build(t).start()
	v := h.visitor()
	v.bearer = h.admin().wants(200, "POST", "/tokens", "name", "all", "role", "admin", "all_sites", true, "days", 1).text("secret")
	for _, op := range operations {
		if got := v.do(op.method, op.path, op.fields...).Code; (got == 403) != accountsOnly(op.path) || got >= 500 {
			t.Errorf("%s %s: %d", op.method, op.path, got)
		}
	}
}

func TestSites(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	all, some, none := h.member(root, "all", access.Analyst), h.member(root, "some", access.Viewer, "b", "a", "a"), h.member(root, "none", access.Viewer, "z")
	root.wants(200, "PATCH", "/users/none", "sites", []string{})
	f := func(v *visitor, a, b, c int) {
		t.Helper()
		for site, want := range map[string]int{"a": a, "b": b, "c": c} {
			v.wants(want, "GET", "/sites/"+site+"/try")
		}
	}
	f(root, 204, 204, 204)
	f(all, 204, 204, 204)
	f(some, 204, 204, 403)
	f(none, 403, 403, 403)
	root.wants(200, "PATCH", "/users/some", "sites", []string{"c"})
	f(some, 403, 403, 204)
	root.wants(200, "PATCH", "/users/some", "all_sites", true)
	f(some, 204, 204, 204)
	root.wants(422, "PATCH", "/users/some", "role", "admin", "all_sites", false, "sites", []string{"a"})
	f(some, 204, 204, 204)
	root.wants(422, "PATCH", "/users/some", "all_sites", false, "sites", []string{""})
}

func TestTokenScope(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	ann := h.member(root, "ann", access.Analyst, "a", "b")
	make := func(status int, role access.Role, all bool, sites ...string) *visitor {
		t.Helper()
		v := h.visitor()
		v.bearer = ann.wants(status, "POST", "/tokens", "name", "t", "role", role, "all_sites", all, "sites", sites, "days", 30).text("secret")
		return v
	}
	make(403, access.Admin, true)
	make(403, access.Viewer, false, "a", "c")
	viewer, analyst, own := make(200, access.Viewer, false, "a"), make(200, access.Analyst, false, "a", "b"), make(200, access.Analyst, true)
	f := func(v *visitor, analyst, a, b, c int) {
		t.Helper()
		v.wants(analyst, "GET", "/try/analyst")
		v.wants(a, "GET", "/sites/a/try")
		v.wants(b, "GET", "/sites/b/try")
		v.wants(c, "GET", "/sites/c/try")
	}
	f(viewer, 403, 204, 403, 403)
	f(analyst, 204, 204, 204, 403)
	f(own, 204, 204, 204, 403)
	root.wants(200, "PATCH", "/users/ann", "role", "viewer", "sites", []string{"a", "c"})
	f(viewer, 403, 204, 403, 403)
	f(analyst, 403, 204, 403, 403)
	f(own, 403, 204, 403, 204)
	root.wants(200, "PATCH", "/users/ann", "disabled", true)
	f(own, 401, 401, 401, 401)
}

func TestTokensExpireAndAreRevoked(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	ann := h.member(root, "ann", access.Viewer)
	made := ann.wants(200, "POST", "/tokens", "name", "t", "role", "viewer", "all_sites", true, "days", 2)
	v := h.visitor()
	v.bearer = made.text("secret")
	if !strings.HasPrefix(v.bearer, "ff_") {
		t.Errorf("the token is %q", v.bearer)
	}
	a := v.wants(200, "GET", "/me")
	if a.text("name") != "ann" || a.text("via") != "token" {
		t.Errorf("the token is %s", a.Body)
	}
	list := ann.wants(200, "GET", "/tokens").body["tokens"].([]any)[0].(map[string]any)
	if list["used"] != h.clock.Format(time.RFC3339) {
		t.Errorf("the token is listed as %v", list)
	}
	if strings.Contains(h.log.String(), v.bearer) {
		t.Error("the log tells the token")
	}
	h.member(root, "bob", access.Viewer).wants(404, "DELETE", "/tokens/"+list["id"].(string))
	v.wants(200, "GET", "/me")
	h.clock = h.clock.AddDate(0, 0, 2)
	v.wants(401, "GET", "/me")
	h.clock = h.clock.Add(-time.Second)
	v.wants(200, "GET", "/me")
	root.wants(204, "DELETE", "/tokens/"+list["id"].(string))
	v.wants(401, "GET", "/me")
	for _, bearer := range []string{"ff_", "ffs_", "ff_x", "x", store.Hash(v.bearer)} {
		v.bearer = bearer
		v.wants(401, "GET", "/me")
	}
	v.bearer, v.headers["Authorization"] = "", "Basic cm9vdDpyb290"
	v.cookie = root.cookie // the header counts, not the cookie beside it
	v.wants(401, "GET", "/me")
}

func TestShares(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	ann := h.member(root, "ann", access.Analyst, "a")
	ann.wants(403, "POST", "/shares", "name", "s", "days", 1, "view", map[string]any{"site": "b", "page": "overview", "query": ""})
	ann.wants(422, "POST", "/shares", "name", "s", "days", 1, "view", map[string]any{"site": "a", "page": "../users", "query": ""})
	ann.wants(422, "POST", "/shares", "name", "s", "days", 1, "view", map[string]any{"site": "a", "page": "pages", "query": "%zz"})
	made := ann.wants(200, "POST", "/shares", "name", "January", "days", 2, "view", view)
	link := made.text("link")
	v := h.visitor()
	var found bool
	if v.bearer, found = strings.CutPrefix(link, "http://127.0.0.1:8080/share/"); !found || !strings.HasPrefix(v.bearer, "ffs_") {
		t.Fatalf("the link is %q", link)
	}
	me := v.wants(200, "GET", "/me")
	if got := me.body["share"].(map[string]any); got["query"] != view["query"] || got["page"] != "overview" || me.text("via") != "share" || me.text("role") != "viewer" {
		t.Errorf("the reader is %s", me.Body)
	}
	v.wants(204, "GET", "/sites/a/try")
	v.wants(403, "GET", "/sites/b/try")
	for _, op := range operations {
		if got := v.do(op.method, op.path, op.fields...).Code; op.path != "/me" && op.needs != access.Public && got != 403 {
			t.Errorf("%s %s: %d", op.method, op.path, got)
		}
	}
	f := func(want int, change ...any) {
		t.Helper()
		root.wants(200, "PATCH", "/users/ann", change...)
		v.wants(want, "GET", "/me")
	}
	f(401, "role", "viewer")
	f(200, "role", "analyst")
	f(401, "sites", []string{"b"})
	f(200, "sites", []string{"a", "b"})
	f(401, "disabled", true)
	f(200, "disabled", false)
	h.clock = h.clock.AddDate(0, 0, 2)
	v.wants(401, "GET", "/me")
	h.clock = h.clock.AddDate(0, 0, -1)
	v.wants(200, "GET", "/me")
	h.member(root, "bob", access.Analyst).wants(404, "DELETE", "/shares/"+made.body["share"].(map[string]any)["id"].(string))
	root.wants(204, "DELETE", "/shares/"+made.body["share"].(map[string]any)["id"].(string))
	v.wants(401, "GET", "/me")
}
