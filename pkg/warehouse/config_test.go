package warehouse

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/credentials"
)

func TestConfigRefuses(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		cfg := Config{Addr: []string{"127.0.0.1:9000"}, Database: "default", User: "default", Timeout: time.Second}
		if err := cfg.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v; want %q", err, want)
		}
	}
	f(func(c *Config) { c.Addr = nil }, "at least one server")
	f(func(c *Config) { c.Addr = []string{"ch"} }, `clickhouse-addr "ch" must be HOST:PORT`)
	f(func(c *Config) { c.Database = "" }, "must not be empty")
	f(func(c *Config) { c.User = "" }, "must not be empty")
	f(func(c *Config) { c.Timeout = 0 }, "clickhouse-timeout 0s")
	f(func(c *Config) { c.Password, c.PasswordFile = "hunter2", "config.go" }, "both set")
	f(func(c *Config) { c.PasswordFile = "/nowhere" }, "read clickhouse-password-file")
	f(func(c *Config) { c.TLS = credentials.TLS{CAFile: "ca.pem"} }, `clickhouse-tls-ca-file "ca.pem" needs clickhouse-tls`)
	f(func(c *Config) { c.TLS = credentials.TLS{On: true, CertFile: "own.pem"} }, "go together")
}

func TestOrder(t *testing.T) {
	s := &servers{cfg: Config{Addr: []string{"a", "b", "c"}}, failed: map[string]time.Time{}}
	now := time.Now()
	f := func(at time.Time, want string) {
		t.Helper()
		if diff := cmp.Diff(strings.Fields(want), s.order(at)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	f(now, "a b c")
	s.failed["a"] = now
	f(now, "b c a")
	s.failed["b"] = now.Add(-shunned)
	f(now, "b c a")
	f(now.Add(shunned), "a b c")
	s.note("a", nil)
	f(now, "a b c")
}
