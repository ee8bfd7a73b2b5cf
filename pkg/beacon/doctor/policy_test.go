package doctor

import (
	"net/url"
	"strings"
	"testing"
)

func TestSources(t *testing.T) {
	page := address(t, "https://www.example.com/a")
	f := func(sources, u string, want bool) {
		t.Helper()
		if got := allows(strings.Fields(sources), address(t, u), page); got != want {
			t.Errorf("%q allows %s: %t", sources, u, got)
		}
	}
	f("", "https://s.example/", false)
	f("'none'", "https://s.example/", false)
	f("*", "https://s.example/", true)
	f("'self'", "https://www.example.com/b", true)
	f("'self'", "https://example.com/b", false)
	f("https:", "https://s.example/", true)
	f("https:", "http://s.example/", false)
	f("s.example", "https://s.example/", true)
	f("s.example", "http://s.example/", false)
	f("http://s.example", "https://s.example/", true)
	f("s.example", "https://s.example:8443/", false)
	f("s.example:*", "https://s.example:8443/", true)
	f("s.example:8443", "https://s.example:8443/", true)
	f("*.s.example", "https://a.s.example/", true)
	f("*.s.example", "https://s.example/", false)
	f("https://s.example/beacon.js", "https://s.example/beacon.js", true)
	f("https://s.example/x.js", "https://s.example/beacon.js", false)
	f("https://s.example/v1/", "https://s.example/v1/events", true)
	f("'unsafe-inline' data: S.Example", "https://s.example/", true)
}

func TestScriptsByNonceAndHash(t *testing.T) {
	page := address(t, "https://www.example.com/a")
	one := &tag{src: address(t, "https://s.example/b.js"), attributes: map[string]string{"nonce": "n", "integrity": "sha384-x"}}
	f := func(sources string, want bool) {
		t.Helper()
		if got := allowsScript(strings.Fields(sources), one, page); got != want {
			t.Errorf("%q allows it: %t", sources, got)
		}
	}
	f("'nonce-n'", true)
	f("'nonce-other'", false)
	f("'sha384-x'", true)
	f("https://s.example 'strict-dynamic'", false)
	f("https: 'strict-dynamic' 'nonce-n'", true)
	f("https://s.example", true)
}

func TestPrivateHosts(t *testing.T) {
	f := func(host string, want bool) {
		t.Helper()
		if private(host) != want {
			t.Errorf("private(%q) is not %t", host, want)
		}
	}
	f("127.0.0.1", true)
	f("localhost", true)
	f("collector", true)
	f("10.1.2.3", true)
	f("::1", true)
	f("example.com", false)
	f("203.0.113.7", false)
	f("2001:db8::1", false)
}

func address(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
