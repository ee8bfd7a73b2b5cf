package accounts

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

func TestInvitation(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	a := root.wants(200, "POST", "/users", "name", "Ann@Example.com", "role", "viewer", "all_sites", false, "sites", []string{"a"})
	root.wants(409, "POST", "/users", "name", "ann@example.com", "role", "admin", "all_sites", true)
	secret, v := secretOf(a.text("link")), h.visitor()
	if look := v.wants(200, "POST", "/one-time-link/look", "link", secret); look.text("name") != "ann@example.com" || look.body["first"] != false {
		t.Errorf("the link is %s", look.Body)
	}
	v.wants(422, "POST", "/one-time-link/use", "link", secret, "name", "mallory", "password", "ann@example.com")
	v.wants(200, "POST", "/one-time-link/use", "link", secret, "name", "mallory", "password", password)
	if me := v.wants(200, "GET", "/me"); me.text("name") != "ann@example.com" || me.text("role") != "viewer" || me.body["all_sites"] != false {
		t.Errorf("the invited is %s", me.Body)
	}
	v.wants(404, "POST", "/one-time-link/use", "link", secret, "password", password)
	again := root.wants(200, "POST", "/users", "name", "late", "role", "viewer", "all_sites", true)
	h.clock = h.clock.Add(inviteLife)
	h.visitor().wants(404, "POST", "/one-time-link/use", "link", secretOf(again.text("link")), "password", password)
	if log := h.log.String(); strings.Contains(log, secret) || !strings.Contains(log, "user invited") {
		t.Errorf("the log tells the link, or nothing: %s", log)
	}
}

func TestResetLinkReplacesThePassword(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	ann := h.member(root, "ann", access.Viewer)
	old := secretOf(root.wants(200, "POST", "/users/ann/link").text("link"))
	link := secretOf(root.wants(200, "POST", "/users/ann/link").text("link"))
	root.wants(404, "POST", "/users/nobody/link")
	h.visitor().wants(404, "POST", "/one-time-link/look", "link", old)
	ann.wants(200, "GET", "/me")
	v := h.visitor()
	v.wants(200, "POST", "/one-time-link/use", "link", link, "password", "another good password")
	v.wants(200, "GET", "/me")
	ann.wants(401, "GET", "/me") // every session has ended
	ann.wants(401, "POST", "/sign-in", "name", "ann", "password", password)
	ann.wants(200, "POST", "/sign-in", "name", "ann", "password", "another good password")
}

func TestLastAdminStays(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	invited := root.wants(200, "POST", "/users", "name", "second", "role", "admin", "all_sites", true)
	for _, f := range []func(int){
		func(status int) { root.wants(status, "PATCH", "/users/root", "disabled", true) },
		func(status int) { root.wants(status, "PATCH", "/users/root", "role", "analyst") },
		func(status int) { root.wants(status, "DELETE", "/users/root") },
	} {
		f(409) // somebody invited is no admin yet
	}
	root.wants(200, "GET", "/me")
	second := h.visitor()
	second.wants(200, "POST", "/one-time-link/use", "link", secretOf(invited.text("link")), "password", password)
	root.wants(200, "PATCH", "/users/root", "role", "analyst")
	root.wants(403, "GET", "/users")
	second.wants(409, "DELETE", "/users/second")
	second.wants(204, "DELETE", "/users/root")
	root.wants(401, "GET", "/me")
}

func TestDeletedUserLeavesNothing(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	ann := h.member(root, "ann", access.Analyst)
	ann.wants(200, "POST", "/tokens", "name", "t", "role", "viewer", "all_sites", true, "days", 1)
	ann.wants(200, "POST", "/shares", "name", "s", "view", view, "days", 1)
	root.wants(200, "POST", "/users/ann/link")
	root.wants(204, "DELETE", "/users/Ann")
	if s, k, l, u := holds(h, (*store.Tx).Sessions), holds(h, (*store.Tx).Tokens)+holds(h, (*store.Tx).Shares), holds(h, (*store.Tx).Links), holds(h, (*store.Tx).Users); s != 1 || k+l != 0 || u != 1 {
		t.Errorf("%d sessions, %d tokens and shares, %d links, %d users are left", s, k, l, u)
	}
	h.member(root, "ann", access.Viewer) // a new person of that name
	ann.wants(401, "GET", "/me")
}

func TestSessions(t *testing.T) {
	h := build(t).start()
	first := h.admin()
	second := h.visitor()
	second.headers["User-Agent"] = "Browser/2" + strings.Repeat("é", 200)
	second.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	sessions := func(v *visitor) (ids []string, current string) {
		t.Helper()
		for _, s := range v.wants(200, "GET", "/me/sessions").body["sessions"].([]any) {
			s := s.(map[string]any)
			ids = append(ids, s["id"].(string))
			if s["current"] == true {
				current = s["id"].(string)
			}
			if s["network"] != "192.0.2.0/24" || len(s["agent"].(string)) > longestAgent {
				t.Errorf("a session is %v", s)
			}
		}
		return ids, current
	}
	ids, own := sessions(first)
	_, other := sessions(second)
	if len(ids) != 2 || own == other {
		t.Errorf("the sessions are %v", ids)
	}
	first.wants(204, "DELETE", "/me/sessions/"+other)
	second.wants(401, "GET", "/me")
	first.wants(404, "DELETE", "/me/sessions/"+other)
	second.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	first.wants(204, "DELETE", "/me/sessions")
	second.wants(401, "GET", "/me")
	first.wants(200, "GET", "/me")
}

func TestSessionsSlideToAnEnd(t *testing.T) {
	h := build(t).start()
	start := h.clock
	root := h.admin()
	day := func(n int) { h.clock = start.AddDate(0, 0, n) }
	day(29)
	root.wants(200, "GET", "/me")
	day(58)
	root.wants(200, "GET", "/me")
	day(88)
	root.wants(401, "GET", "/me") // 30 days unused
	root.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	for n := 88; n < 88+90; n += 20 {
		day(n)
		root.wants(200, "GET", "/me")
	}
	day(88 + 90)
	root.wants(401, "GET", "/me") // 90 days after signing in
	h.restart()
	if n := holds(h, (*store.Tx).Sessions); n != 0 {
		t.Errorf("%d dead sessions are kept", n)
	}
}

func TestSessionsAreBounded(t *testing.T) {
	h := build(t).start()
	first := h.admin()
	for range manySessions {
		h.clock = h.clock.Add(time.Second)
		h.visitor().wants(200, "POST", "/sign-in", "name", "root", "password", password)
	}
	if n := holds(h, (*store.Tx).Sessions); n != manySessions {
		t.Errorf("%d sessions", n)
	}
	first.wants(401, "GET", "/me")
}

func TestChangedPasswordEndsSessions(t *testing.T) {
	h := build(t).start()
	v, other := h.admin(), h.visitor()
	other.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	v.wants(403, "PUT", "/me/password", "current", "wrong wrong wrong", "password", "another good password")
	v.wants(422, "PUT", "/me/password", "current", password, "password", "short")
	old := *v
	v.wants(200, "PUT", "/me/password", "current", password, "password", "another good password")
	v.wants(200, "GET", "/me")
	other.wants(401, "GET", "/me")
	old.wants(401, "GET", "/me")
	other.wants(401, "POST", "/sign-in", "name", "root", "password", password)
	other.wants(200, "POST", "/sign-in", "name", "root", "password", "another good password")
	for range freeAttempts { // who has found an open browser cannot guess either
		v.do("PUT", "/me/password", "current", "wrong wrong wrong", "password", "yet another password")
	}
	v.wants(429, "PUT", "/me/password", "current", "another good password", "password", "yet another password")
}

func TestPlantedSessionsOpenNothing(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	h.member(root, "mallory", access.Viewer)
	planted := h.visitor()
	planted.wants(200, "POST", "/sign-in", "name", "mallory", "password", password)
	victim := h.visitor()
	victim.cookie = planted.cookie
	victim.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	if victim.cookie == planted.cookie {
		t.Error("the session keeps its id")
	}
	planted.wants(401, "GET", "/me")
	made := h.visitor()
	made.cookie = "made-up"
	made.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	if made.cookie == "made-up" {
		t.Error("a made-up id was taken")
	}
	made.cookie = "made-up"
	made.wants(401, "GET", "/me")
}

func TestRestartKeepsEverything(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	token, share := h.visitor(), h.visitor()
	token.bearer = root.wants(200, "POST", "/tokens", "name", "t", "role", "viewer", "all_sites", true, "days", 1).text("secret")
	_, share.bearer, _ = strings.Cut(root.wants(200, "POST", "/shares", "name", "s", "view", view, "days", 1).text("link"), "/share/")
	h.restart()
	root.wants(200, "GET", "/me")
	token.wants(200, "GET", "/me")
	share.wants(200, "GET", "/me")
}

func TestTokensAndSharesAreBounded(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	err := h.a.store.Update(func(tx *store.Tx) error {
		for i := range manyOf {
			key := strconv.Itoa(i)
			if err := tx.Tokens().Put(key, store.Token{User: "root", Expires: h.clock.AddDate(1, 0, 0)}); err != nil {
				return err
			}
			if err := tx.Shares().Put(key, store.Share{User: "root", Expires: h.clock.AddDate(1, 0, 0)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	root.wants(409, "POST", "/tokens", "name", "t", "role", "viewer", "all_sites", true, "days", 1)
	root.wants(409, "POST", "/shares", "name", "s", "view", view, "days", 1)
}

func TestResetLinkAtTheCommandLine(t *testing.T) {
	h := build(t).start()
	h.admin()
	reset := func(name string) (string, error) {
		link, _, err := ResetLink(t.Context(), h.cfg, h.addr, name, h.a.log)
		return link, err
	}
	if _, err := reset("root"); !errors.Is(err, store.ErrHeld) {
		t.Errorf("beside a running dashboard: %v", err)
	}
	h.stop()
	if _, err := reset("nobody"); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("for nobody: %v", err)
	}
	link, err := reset("Root")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.try(); err != nil {
		t.Fatal(err)
	}
	h.visitor().wants(200, "POST", "/one-time-link/use", "link", secretOf(link), "password", "another good password")
	h.visitor().wants(200, "POST", "/sign-in", "name", "root", "password", "another good password")
	if strings.Contains(h.log.String(), secretOf(link)) {
		t.Error("the log tells the link")
	}
}

func TestPasswordThatChangesWhileItIsCompared(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	compared, err := h.a.user("root")
	if err != nil {
		t.Fatal(err)
	}
	root.wants(200, "PUT", "/me/password", "current", password, "password", "another good password")
	if c, err := h.a.enter(compared, request{}); !errors.Is(err, errWrong) {
		t.Errorf("the old password gets %v, %v", c, err)
	}
}
