package mail

import (
	"bytes"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestValidate(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte("long and hard\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := Config{Server: "mail.example.com", TLS: starttls, From: "Footfall <reports@example.com>", User: "reports", PasswordFile: secret}
	f := func(change func(*Config), want string) {
		t.Helper()
		c := good
		change(&c)
		err := c.Validate()
		if want == "" && err == nil {
			return
		}
		if err == nil || want == "" || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hard") {
			t.Errorf("%+v: %v, want %q", c, err, want)
		}
	}
	f(func(*Config) {}, "")
	f(func(c *Config) { *c = Config{TLS: starttls} }, "")
	f(func(c *Config) { c.Server, c.TLS = "127.0.0.1", none }, "")
	f(func(c *Config) { c.Server = "2001:db8::1" }, "")
	f(func(c *Config) { c.TLS = none }, "mail-tls")
	f(func(c *Config) { c.Server, c.TLS = "localhost.example.com", none }, "mail-tls")
	f(func(c *Config) { c.Server = "" }, "mail-server")
	f(func(c *Config) { c.Server = "mail.example.com:25" }, "mail-server")
	f(func(c *Config) { c.Port = 70000 }, "mail-port")
	f(func(c *Config) { c.PasswordFile = "" }, "mail-password-file")
	f(func(c *Config) { c.PasswordFile = "/nowhere" }, "mail-password-file")
	f(func(c *Config) { c.From = "" }, "mail-from")
	f(func(c *Config) { c.From = "a@example.com, b@example.com" }, "mail-from")
	f(func(c *Config) { c.From = "a@example.com\r\nBcc: b@example.com" }, "mail-from")
	f(func(c *Config) { c.CAFile = secret }, "mail-ca-file")
}

func TestPort(t *testing.T) {
	f := func(c Config, want int) {
		t.Helper()
		if got := c.port(); got != want {
			t.Errorf("%+v: %d, want %d", c, got, want)
		}
	}
	f(Config{TLS: starttls}, 587)
	f(Config{TLS: implicit}, 465)
	f(Config{TLS: none}, 25)
	f(Config{TLS: none, Port: 2525}, 2525)
}

// Headers hold what they are given and nothing of it becomes a header of its own.
func TestHeaders(t *testing.T) {
	f := func(m Message, from, want string) {
		t.Helper()
		m.Date, m.Text, m.HTML = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC), "text", "<p>text"
		var b bytes.Buffer
		err := m.Write(&b, from)
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: %v, want %q", m, err, want)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := mail.ReadMessage(&b)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		if err != nil || decoded != m.Subject {
			t.Errorf("the subject is %q (%v), want %q", decoded, err, m.Subject)
		}
		if got.Header.Get("Message-ID") != "<one@example.com>" || got.Header.Get("Bcc") != "" || got.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("headers %v", got.Header)
		}
	}
	const from = "Footfall <reports@example.com>"
	f(Message{ID: "one", To: "anna@example.com", Subject: "Week 47 of Bücher & mehr <b>"}, from, "")
	f(Message{ID: "one", To: "Anna Öhler <anna@example.com>", Subject: strings.Repeat("very long ", 40) + "."}, from, "")
	f(Message{ID: "one", To: "anna@example.com", Subject: "x\r\nBcc: eve@example.com"}, from, "subject")
	f(Message{ID: "one", To: "anna@example.com", Subject: "x\nBcc: eve@example.com"}, from, "subject")
	f(Message{ID: "one>\r\nBcc: eve@example.com", To: "anna@example.com"}, from, "id")
	f(Message{ID: "one", To: "anna@example.com\r\nBcc: eve@example.com"}, from, "to")
	f(Message{ID: "one", To: "anna@example.com, eve@example.com"}, from, "to")
	f(Message{ID: "one", To: "anna@example.com"}, "nobody", "from")
}
