package outgoing

import (
	"net/netip"
	"testing"
)

func TestCheckURL(t *testing.T) {
	cfg := Config{Inside: []string{"hooks.internal", "10.0.0.9"}}
	f := func(raw string, ok bool) {
		t.Helper()
		if err := cfg.CheckURL("rollup-alert-url", raw); (err == nil) != ok {
			t.Errorf("%s: %v", raw, err)
		}
	}
	f("https://example.com/hook?token=x", true)
	f("http://127.0.0.1:8080/hook", true)
	f("http://[::1]/hook", true)
	f("http://localhost/hook", true)
	f("http://hooks.internal:8080/", true)
	f("http://10.0.0.9/", true)
	f("https://10.0.0.1/hook", true)
	f("http://example.com/hook", false)
	f("http://10.0.0.1/hook", false)
	f("http://localhost.example.com/", false)
	f("ftp://127.0.0.1/", false)
	f("example.com", false)
	f("https://", false)
}

func TestValidate(t *testing.T) {
	f := func(c Config, want string) {
		t.Helper()
		gave(t, "settings", c.Validate(), want)
	}
	f(Config{}, "")
	f(Config{Hosts: []string{"example.com"}, Inside: []string{"10.0.0.1", "2001:db8::1"}}, "")
	f(Config{Hosts: []string{"https://example.com"}}, "outgoing-host")
	f(Config{Hosts: []string{"example.com:8080"}}, "outgoing-host")
	f(Config{Inside: []string{""}}, "outgoing-inside")
	f(Config{CAFile: "/nowhere/ca.pem"}, "outgoing-ca-file")
}

// Which addresses a name, an address and a host inside may have.
func TestReach(t *testing.T) {
	all, err := Config{Inside: []string{"hooks.internal", "169.254.7.7"}}.rules([]string{"https://example.com/", "https://10.0.0.5/", "http://localhost/", "https://[::ffff:10.0.0.6]/"})
	if err != nil {
		t.Fatal(err)
	}
	f := func(host, address string, want bool) {
		t.Helper()
		if got := all[host].reach(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s at %s: %t, want %t", host, address, got, want)
		}
	}
	for _, address := range []string{
		"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1",
		"::", "::1", "fe80::1", "fd00::1", "ff02::1", "64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1", "2001:db8::1",
	} {
		f("example.com", address, false)
	}
	f("example.com", "9.9.9.9", true)
	f("example.com", "2620:fe::fe", true)
	f("10.0.0.5", "10.0.0.5", true)
	f("10.0.0.5", "10.0.0.6", false)
	f("10.0.0.6", "10.0.0.6", true)
	f("localhost", "127.0.0.1", true)
	f("localhost", "10.0.0.1", false)
	f("hooks.internal", "10.0.0.1", true)
	f("hooks.internal", "9.9.9.9", true)
	f("hooks.internal", "169.254.169.254", false)
	f("hooks.internal", "fd00:ec2::254", false)
	f("hooks.internal", "100.100.100.200", false)
	f("169.254.7.7", "169.254.7.7", true)
}
