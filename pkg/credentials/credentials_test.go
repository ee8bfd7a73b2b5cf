package credentials

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPassword(t *testing.T) {
	f := func(value, file, want, trouble string) {
		t.Helper()
		got, err := Password("kafka-password", value, file)
		if got != want || (err == nil) != (trouble == "") || err != nil && !strings.Contains(err.Error(), trouble) {
			t.Errorf("%q, %v; want %q, %q", got, err, want, trouble)
		}
	}
	f("", "", "", "")
	f("value", "", "value", "")
	f("", file(t, " from-file\r\n"), "from-file", "")
	f("value", file(t, "from-file"), "from-file", "")
	f("value", "/nowhere/password", "", "read kafka-password-file: open /nowhere/password")
	f("value", file(t, "\n"), "", "is empty")
}

func TestCheckPassword(t *testing.T) {
	f := func(value, file, want string) {
		t.Helper()
		err := CheckPassword("kafka-password", value, file)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
		if err != nil && value != "" && strings.Contains(err.Error(), value) {
			t.Errorf("%v tells the password", err)
		}
	}
	f("", "", "")
	f("hunter2", "", "")
	f("", file(t, "hunter2"), "")
	f("hunter2", file(t, "hunter3"), "are both set: keep the file")
	f("", "/nowhere/password", "no such file")
}

func TestCheckRefuses(t *testing.T) {
	cert, key := pair(t)
	f := func(settings TLS, want string) {
		t.Helper()
		err := settings.Check("kafka")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want %q", settings, err, want)
		}
	}
	f(TLS{}, "")
	f(TLS{On: true}, "")
	f(TLS{On: true, CAFile: cert, CertFile: cert, KeyFile: key, ServerName: "kafka"}, "")
	f(TLS{CAFile: "ca.pem"}, `kafka-tls-ca-file "ca.pem" needs kafka-tls`)
	f(TLS{CertFile: "own.pem"}, `kafka-tls-cert-file "own.pem" needs kafka-tls`)
	f(TLS{KeyFile: "own.key"}, `kafka-tls-key-file "own.key" needs kafka-tls`)
	f(TLS{ServerName: "kafka"}, `kafka-tls-server-name "kafka" needs kafka-tls`)
	f(TLS{On: true, CAFile: "/nowhere/ca.pem"}, "read kafka-tls-ca-file: open /nowhere/ca.pem")
	f(TLS{On: true, CAFile: key}, "holds no certificate")
	f(TLS{On: true, CertFile: cert}, "go together")
	f(TLS{On: true, KeyFile: key}, "go together")
	f(TLS{On: true, CertFile: key, KeyFile: cert}, "read kafka-tls-cert-file")
}

// pair writes the certificate that httptest has for 127.0.0.1 and example.com.
func pair(t *testing.T) (cert, key string) {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	private, err := x509.MarshalPKCS8PrivateKey(server.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(kind string, der []byte) string {
		return file(t, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
	}
	return encode("CERTIFICATE", server.Certificate().Raw), encode("PRIVATE KEY", private)
}

// answering takes one connection, reads a little and says something.
func answering(t *testing.T, answer string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		if _, err := c.Read(make([]byte, 1)); err == nil {
			_, _ = io.WriteString(c, answer)
		}
	}()
	return l.Addr().String()
}

func TestDial(t *testing.T) {
	cert, _ := pair(t)
	secure := func() string {
		server := httptest.NewTLSServer(nil)
		t.Cleanup(server.Close)
		return server.Listener.Addr().String()
	}
	f := func(settings TLS, addr, want string) {
		t.Helper()
		err := talk(t, settings, addr)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want %q", settings, err, want)
		}
	}
	f(TLS{}, answering(t, "hello"), "")
	f(TLS{On: true, CAFile: cert}, secure(), "")
	f(TLS{On: true, CAFile: cert, ServerName: "example.com"}, secure(), "")
	f(TLS{On: true, CAFile: cert, ServerName: "other.test"}, secure(), "set clickhouse-tls-server-name")
	f(TLS{On: true}, secure(), "clickhouse-tls-ca-file")
	f(TLS{On: true}, answering(t, "\x02hello"), "does not speak TLS")
	f(TLS{On: true}, answering(t, ""), "turn clickhouse-tls off")
	f(TLS{}, answering(t, "\x15\x03\x01\x00\x02\x02\x28"), "speaks TLS: turn clickhouse-tls on")
	f(TLS{}, answering(t, ""), "turn clickhouse-tls on")
	f(TLS{}, "127.0.0.1:1", "127.0.0.1:1")
	f(TLS{On: true, CAFile: "/nowhere/ca.pem"}, answering(t, ""), "read clickhouse-tls-ca-file") // gone since the start
}

// talk sends an HTTP request, which any of the servers answers.
func talk(t *testing.T, settings TLS, addr string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := settings.Dial(ctx, "clickhouse", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		return err
	}
	_, err = c.Read(make([]byte, 1))
	return err
}
