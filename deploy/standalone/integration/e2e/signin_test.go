package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// oneTime finds the secrets of one-time links.
var oneTime = regexp.MustCompile(`/welcome#(\S+)`)

// TestSignIn locks the dashboard, loses power, and locks its only admin out.
func TestSignIn(t *testing.T) {
	s := newSite(t, "FOOTFALL_DASHBOARD_SIGN_IN=on")
	s.start(t)
	first := oneTime.FindStringSubmatch(s.Shown.String())
	if first == nil {
		t.Fatalf("no link for the first admin:\n%s", s.Shown)
	}
	cookie := s.use(t, first[1], `"name":"root",`)
	s.Kill()
	s.start(t)
	if links := oneTime.FindAllString(s.Shown.String(), -1); len(links) != 1 {
		t.Errorf("with a user there are the links %q", links)
	}
	if code := s.me(t, cookie); code != http.StatusOK {
		t.Errorf("after a power cut the session gets %d", code)
	}
	reset := []string{"dashboard", "reset-link", "--name", "root", "--dashboard-state", s.Data + "/dashboard"}
	if out, err := s.Command(t.Context(), reset...); err == nil || !strings.Contains(out, "stop that one first") {
		t.Errorf("beside a running dashboard: %v %s", err, out)
	}
	s.stop(t)
	link := oneTime.FindStringSubmatch(s.mustCommand(t, reset...))
	s.start(t)
	again := s.use(t, link[1], "")
	if old, fresh := s.me(t, cookie), s.me(t, again); old != http.StatusUnauthorized || fresh != http.StatusOK {
		t.Errorf("after the reset the old session gets %d, the new one %d", old, fresh)
	}
	for _, secret := range []string{first[1], link[1], cookie.Value, again.Value, "four plain words"} {
		if strings.Contains(s.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// use chooses a password by a one-time link, and returns the session's cookie.
func (s *site) use(t *testing.T, secret, fields string) *http.Cookie {
	t.Helper()
	body := `{` + fields + `"link":"` + secret + `","password":"four plain words here"}`
	resp, err := http.Post("http://"+s.Addrs["DASHBOARD_ADDR"]+"/api/v1/one-time-link/use", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if code, text := answer(t, resp); code != http.StatusOK || len(resp.Cookies()) != 1 {
		t.Fatalf("the link gets %d %s", code, text)
	}
	return resp.Cookies()[0]
}

// me asks as the owner of a session.
func (s *site) me(t *testing.T, cookie *http.Cookie) (code int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addrs["DASHBOARD_ADDR"]+"/api/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(cookie)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	code, _ = answer(t, resp)
	return code
}
