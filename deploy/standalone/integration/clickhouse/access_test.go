package clickhouse

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/authority"
	"github.com/footfall-analytics/footfall/pkg/credentials"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// secured is the database behind TLS.
type secured struct {
	tls    *proxy
	mutual *proxy // asks for a certificate
	ca     *authority.Authority
}

func startSecured(t *testing.T) secured {
	t.Helper()
	ca, err := authority.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pair := sign(t, ca, "clickhouse.test", "127.0.0.1")
	own, err := tls.LoadX509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(ca.File)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(content)
	simple := &tls.Config{Certificates: []tls.Certificate{own}}
	mutual := simple.Clone()
	mutual.ClientAuth, mutual.ClientCAs = tls.RequireAndVerifyClientCert, trusted
	return secured{startProxy(t, simple), startProxy(t, mutual), ca}
}

func sign(t *testing.T, ca *authority.Authority, name string, addresses ...string) authority.Pair {
	t.Helper()
	pair, err := ca.Sign(name, addresses...)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func TestTLS(t *testing.T) {
	s := startSecured(t)
	with := func(addr string, change func(*credentials.TLS)) warehouse.Config {
		cfg := settings(addr)
		cfg.TLS = credentials.TLS{On: true, CAFile: s.ca.File}
		change(&cfg.TLS)
		return cfg
	}
	in := func(name string, cfg warehouse.Config) {
		t.Helper()
		w := open(t, cfg)
		if err := w.Ping(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := w.Migrate(t.Context()); err != nil { // by another driver
			t.Errorf("%s: %v", name, err)
		}
	}
	out := func(name string, cfg warehouse.Config, want string) {
		t.Helper()
		err := open(t, cfg).Ping(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), user.Password) {
			t.Errorf("%s: %v; want %q", name, err, want)
		}
	}
	own := sign(t, s.ca, "footfall")
	same := func(*credentials.TLS) {}
	in("tls", with(s.tls.addr, same))
	in("name in the certificate", with(s.tls.addr, func(c *credentials.TLS) { c.ServerName = "clickhouse.test" }))
	in("client certificate", with(s.mutual.addr, func(c *credentials.TLS) { c.CertFile, c.KeyFile = own.Cert, own.Key }))
	in("plaintext", settings(database.NativeAddr))

	out("unknown authority", with(s.tls.addr, func(c *credentials.TLS) { c.CAFile = "" }), "put that authority's certificate into clickhouse-tls-ca-file")
	out("other name", with(s.tls.addr, func(c *credentials.TLS) { c.ServerName = "other.test" }), "set clickhouse-tls-server-name")
	out("no certificate", with(s.mutual.addr, same), "set clickhouse-tls-cert-file and clickhouse-tls-key-file")
	out("plaintext to tls", settings(s.tls.addr), "turn clickhouse-tls on")
	out("tls to plaintext", with(database.NativeAddr, same), "turn clickhouse-tls off")
	wrong := with(s.tls.addr, same)
	wrong.Password += "x"
	out("wrong password", wrong, `does not let user "footfall" in: set clickhouse-user, and clickhouse-password-file`)
}

// TestRotatedPassword: the password is in the file only after the warehouse was opened.
func TestRotatedPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	write := func(password string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("the-one-before")
	cfg := settings(database.NativeAddr)
	cfg.Password, cfg.PasswordFile = "", file
	w := open(t, cfg)
	if err := w.Ping(t.Context()); err == nil {
		t.Error("let in with a wrong password")
	}
	write(user.Password)
	if err := w.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
