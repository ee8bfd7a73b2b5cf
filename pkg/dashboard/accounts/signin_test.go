package accounts

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

func TestFirstAdmin(t *testing.T) {
	h := build(t).start()
	if !strings.HasPrefix(h.opening.FirstLink, "http://127.0.0.1:8080/welcome#") {
		t.Fatalf("the link is %q", h.opening.FirstLink)
	}
	v, secret := h.visitor(), secretOf(h.opening.FirstLink)
	v.wants(401, "GET", "/me")
	if a := v.wants(200, "POST", "/one-time-link/look", "link", secret); a.body["first"] != true {
		t.Errorf("the link is %s", a.Body)
	}
	v.wants(422, "POST", "/one-time-link/use", "link", secret, "name", "root", "password", "short")
	v.wants(422, "POST", "/one-time-link/use", "link", secret, "name", "ro ot", "password", password)
	v.wants(404, "POST", "/one-time-link/use", "link", secret+"x", "name", "root", "password", password)
	v.wants(200, "POST", "/one-time-link/use", "link", secret, "name", "Root", "password", password)
	if a := v.wants(200, "GET", "/me"); a.text("name") != "root" || a.text("role") != "admin" || a.text("via") != "session" {
		t.Errorf("the first admin is %s", a.Body)
	}
	h.visitor().wants(404, "POST", "/one-time-link/use", "link", secret, "name", "second", "password", password)
	h.restart()
	if h.opening.FirstLink != "" {
		t.Error("there is a user, and still a link for the first one")
	}
	if strings.Contains(h.log.String(), secret) {
		t.Error("the log tells the link")
	}
}

func TestFirstLinkIsNewAtEachStart(t *testing.T) {
	h := build(t).start()
	old := secretOf(h.opening.FirstLink)
	h.restart()
	h.visitor().wants(404, "POST", "/one-time-link/look", "link", old)
	v, secret := h.visitor(), secretOf(h.opening.FirstLink)
	h.clock = h.clock.Add(time.Hour - time.Second)
	v.wants(200, "POST", "/one-time-link/look", "link", secret)
	h.clock = h.clock.Add(time.Second)
	v.wants(404, "POST", "/one-time-link/look", "link", secret)
	v.wants(404, "POST", "/one-time-link/use", "link", secret, "name", "root", "password", password)
}

func TestFirstLinkMakesOneAdmin(t *testing.T) {
	h := build(t).start()
	secret := secretOf(h.opening.FirstLink)
	var made atomic.Int32
	var all sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		all.Go(func() {
			if h.visitor().do("POST", "/one-time-link/use", "link", secret, "name", name, "password", password).Code == 200 {
				made.Add(1)
			}
		})
	}
	all.Wait()
	if n := holds(h, (*store.Tx).Users); made.Load() != 1 || n != 1 {
		t.Errorf("%d were made, %d are there", made.Load(), n)
	}
}

func TestSignIn(t *testing.T) {
	h := build(t).start()
	h.admin()
	v := h.visitor()
	if a := v.wants(200, "GET", "/sign-in"); a.body["password"] != true || a.body["open"] != false || a.body["provider"] != false {
		t.Errorf("ways to sign in: %s", a.Body)
	}
	a := v.wants(200, "POST", "/sign-in", "name", " ROOT ", "password", password)
	c := a.Result().Cookies()[0]
	if c.Name != "__Host-footfall" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge < 86400 {
		t.Errorf("the cookie is %v", c)
	}
	v.wants(200, "GET", "/me")
	old := *v
	if a := v.wants(204, "POST", "/sign-out"); !strings.Contains(a.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the cookie stays: %v", a.Header())
	}
	old.wants(401, "GET", "/me")
}

func TestWrongSignInsLookTheSame(t *testing.T) {
	h := build(t).start()
	root := h.admin()
	h.member(root, "gone", access.Viewer)
	root.wants(200, "PATCH", "/users/gone", "disabled", true)
	root.wants(200, "POST", "/users", "name", "invited", "role", "viewer", "all_sites", true)
	want := h.visitor().wants(401, "POST", "/sign-in", "name", "root", "password", "wrong wrong wrong").Body.String()
	for _, name := range []string{"nobody", "gone", "invited", ""} {
		if got := h.visitor().wants(401, "POST", "/sign-in", "name", name, "password", password).Body.String(); got != want {
			t.Errorf("%q gets %s, and a wrong password %s", name, got, want)
		}
	}
	log := h.log.String()
	if strings.Contains(log, "nobody\",\"user\":\"nobody") || !strings.Contains(log, `"user":"(unknown)"`) || !strings.Contains(log, `"user":"gone"`) {
		t.Errorf("the log tells typed names, or not the known ones: %s", log)
	}
}

// TestUnknownNamesTakeAsLong counts hashes instead of time: each try needs one turn of the hasher.
func TestUnknownNamesTakeAsLong(t *testing.T) {
	h := build(t).start()
	h.admin()
	for range hashesAtOnce { // no turn is left
		h.a.passwords.turns <- struct{}{}
	}
	for _, name := range []string{"root", "nobody"} {
		answered := make(chan int)
		go func() { answered <- h.visitor().do("POST", "/sign-in", "name", name, "password", password).Code }()
		select {
		case code := <-answered:
			t.Errorf("%s was answered %d without a comparison", name, code)
		case <-time.After(50 * time.Millisecond):
		}
		<-h.a.passwords.turns
		<-answered
		h.a.passwords.turns <- struct{}{}
	}
}

func TestThrottle(t *testing.T) {
	h := build(t).start()
	h.admin().wants(204, "POST", "/sign-out")
	v := h.visitor()
	wrong := func(status int) answer {
		t.Helper()
		return v.wants(status, "POST", "/sign-in", "name", "root", "password", "wrong wrong wrong")
	}
	for range freeAttempts {
		wrong(401)
	}
	if got := wrong(429).Header().Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After is %q", got)
	}
	v.wants(429, "POST", "/sign-in", "name", "root", "password", password)
	other := h.visitor()
	other.address = "198.51.100.1:1"
	other.wants(429, "POST", "/sign-in", "name", "root", "password", password) // the name is held up, too
	other.wants(401, "POST", "/sign-in", "name", "nobody", "password", password)
	h.clock = h.clock.Add(time.Second)
	wrong(401)
	if got := wrong(429).Header().Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After is %q", got)
	}
	h.clock = h.clock.Add(2 * time.Second)
	v.wants(200, "POST", "/sign-in", "name", "root", "password", password)
}

// TestStrangersKeepNobodyOut guesses at a name forever, from ever new addresses.
func TestStrangersKeepNobodyOut(t *testing.T) {
	h := build(t).start()
	h.admin()
	for i := range 3 * freeAttempts {
		v := h.visitor()
		v.address = netip.AddrFrom4([4]byte{198, 51, byte(i), 1}).String() + ":1"
		v.do("POST", "/sign-in", "name", "root", "password", "wrong wrong wrong")
	}
	v := h.visitor() // in the network where root is signed in
	v.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	v.address = "203.0.113.1:1"
	v.wants(429, "POST", "/sign-in", "name", "root", "password", password)
	f := func(outcome string, want float64) {
		t.Helper()
		if got := testutil.ToFloat64(h.a.signIns.WithLabelValues(outcome)); got != want {
			t.Errorf("%s is counted %v times, want %v", outcome, got, want)
		}
	}
	f(outcomeOK, 1)
	f(outcomeWrong, freeAttempts)
	f(outcomeEarly, 2*freeAttempts+1)
}

func TestThrottleOfParallelGuesses(t *testing.T) {
	h := build(t).start()
	h.admin()
	var judged atomic.Int32
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if h.visitor().do("POST", "/sign-in", "name", "root", "password", "wrong wrong wrong").Code == 401 {
				judged.Add(1)
			}
		})
	}
	all.Wait()
	if judged.Load() != freeAttempts {
		t.Errorf("%d guesses were judged at once", judged.Load())
	}
}

func TestThrottleDelays(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f := func(failures int, name, origin string, want time.Duration) {
		t.Helper()
		throttle, now := newThrottle(), start
		for range failures {
			if wait := throttle.begin(now, "a", "1"); wait > 0 {
				now = now.Add(wait)
				throttle.begin(now, "a", "1")
			}
		}
		if got := throttle.begin(now, name, origin); got != want {
			t.Errorf("after %d: %s %s waits %s, want %s", failures, name, origin, got, want)
		}
	}
	f(4, "a", "1", 0)
	f(5, "a", "1", time.Second)
	f(6, "a", "1", 2*time.Second)
	f(9, "b", "1", 16*time.Second)
	f(9, "a", "2", 16*time.Second)
	f(9, "b", "2", 0)
	f(30, "a", "2", time.Minute)
	f(30, "b", "1", 15*time.Minute)

	throttle := newThrottle()
	for range 5 {
		throttle.begin(start, "a", "1")
	}
	throttle.succeeded(start, "a", "1")
	if got := throttle.begin(start, "a", "2"); got != 0 {
		t.Errorf("a good sign-in leaves %s of wait for the name", got)
	}
	throttle.begin(start, "b", "1")
	if got := throttle.begin(start, "b", "1"); got == 0 {
		t.Error("a good sign-in bought guesses at other names")
	}
	if got := throttle.begin(start.Add(forgetAfter+time.Second), "b", "1"); got != 0 {
		t.Errorf("after an hour %s of wait", got)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	throttle := newThrottle()
	for i := range 3 * remembered {
		n := time.Duration(i).String()
		throttle.begin(time.Unix(0, 0), n, n)
	}
	throttle.names.CleanUp()
	throttle.origins.CleanUp()
	if a, b := throttle.names.EstimatedSize(), throttle.origins.EstimatedSize(); a > remembered || b > remembered {
		t.Errorf("%d names and %d networks are remembered", a, b)
	}
}

func TestSixtyFourBitsShareOneThrottle(t *testing.T) {
	h := build(t).start()
	h.admin()
	for i := range freeAttempts {
		v := h.visitor()
		v.address = "[2001:db8::" + string(rune('1'+i)) + "]:1"
		v.wants(401, "POST", "/sign-in", "name", "n"+string(rune('1'+i)), "password", password)
	}
	v := h.visitor()
	v.address = "[2001:db8::ffff]:1"
	v.wants(429, "POST", "/sign-in", "name", "root", "password", password)
	v.address = "[2001:db8:0:1::1]:1"
	v.wants(200, "POST", "/sign-in", "name", "root", "password", password)
}

func TestProxiesTellTheClient(t *testing.T) {
	h := build(t, func(c *Config) { c.TrustedProxies, c.ForwardedHeader = []string{"192.0.2.0/24"}, "X-Forwarded-For" }).start()
	h.admin()
	for range freeAttempts + 1 {
		v := h.visitor()
		v.headers["X-Forwarded-For"] = "203.0.113.5"
		v.do("POST", "/sign-in", "name", "other", "password", password)
	}
	v := h.visitor()
	v.headers["X-Forwarded-For"] = "203.0.113.5"
	v.wants(429, "POST", "/sign-in", "name", "root", "password", password)
	v.headers["X-Forwarded-For"] = "203.0.113.6"
	v.wants(200, "POST", "/sign-in", "name", "root", "password", password)
	if log := h.log.String(); strings.Contains(log, "203.0.113.5") || !strings.Contains(log, "203.0.113.0/24") {
		t.Errorf("the log has a full address, or no network: %s", log)
	}
}

func TestPasswordRules(t *testing.T) {
	f := func(name, password, want string) {
		t.Helper()
		if got := checkPassword(name, password); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
	f("root", "aaaaaaaaaaaa", "")
	f("root", "aaaaaaaaaaa", "12 characters")
	f("root", "äöüäöüäöüäöü", "")
	f("root", strings.Repeat("a", 1025), "1024 bytes")
	f("root", "aaaaaaaaaaaa\xff", "not text")
	f("administrator", "Administrator", "not be the name")
}

func TestPlainHTTPFromAfarIsExplained(t *testing.T) {
	h := build(t, func(c *Config) { c.PublicURL = "http://stats.example.com" })
	h.addr = "0.0.0.0:8080"
	h.start()
	v := h.visitor()
	v.host, v.headers["Origin"] = "stats.example.com", "http://stats.example.com"
	if a := v.wants(400, "POST", "/sign-in", "name", "root", "password", password); !strings.Contains(a.text("detail"), "https") {
		t.Errorf("the answer is %s", a.Body)
	}
}
