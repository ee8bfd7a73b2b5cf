package weekly

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/mail"
)

func TestValidate(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("hush"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := Config{
		Sites: []string{"blog", "shop"}, To: []string{"anna@example.com", "blog=Berta <berta@example.com>"}, At: "Mon 07:00", Patience: time.Hour,
		Webhook: "https://hooks.example.com/x?token=hush", WebhookSecretFile: secret,
		Mail: mail.Config{Server: "mail.example.com", TLS: "starttls", From: "reports@example.com"},
	}
	f := func(change func(*Config), want string) {
		t.Helper()
		c := good
		change(&c)
		err := c.Validate()
		if want == "" && err == nil {
			return
		}
		if err == nil || want == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", c, err, want)
		}
	}
	f(func(*Config) {}, "")
	f(func(c *Config) { *c = Config{At: "Mon 07:00"} }, "")
	f(func(c *Config) { c.To, c.Mail = nil, mail.Config{} }, "")
	f(func(c *Config) { c.At = "weekly" }, "dashboard-weekly-at")
	f(func(c *Config) { c.Patience = -1 }, "dashboard-weekly-patience")
	f(func(c *Config) { c.Patience = 200 * time.Hour }, "dashboard-weekly-patience")
	f(func(c *Config) { c.Sites = nil }, "need dashboard-weekly-site")
	f(func(c *Config) { c.To, c.Webhook, c.WebhookSecretFile = nil, "", "" }, "nobody would get")
	f(func(c *Config) { c.Mail = mail.Config{} }, "dashboard-weekly-mail-server")
	f(func(c *Config) { c.Mail.From = "" }, "dashboard-weekly-mail-from")
	f(func(c *Config) { c.To = []string{"anna"} }, "dashboard-weekly-to")
	f(func(c *Config) { c.To = []string{"anna@example.com\nBcc: eve@example.com"} }, "dashboard-weekly-to")
	f(func(c *Config) { c.To = []string{"other=anna@"} }, "dashboard-weekly-to")
	f(func(c *Config) { c.Webhook = "http://hooks.example.com/" }, "dashboard-weekly-webhook")
	f(func(c *Config) { c.Webhook = "" }, "needs dashboard-weekly-webhook")
	f(func(c *Config) { c.WebhookSecretFile = "/nowhere" }, "dashboard-weekly-webhook-secret")
	f(func(c *Config) { c.Outgoing.Hosts = []string{"https://x"} }, "dashboard-weekly-outgoing-host")
}

// Who gets the report of which site.
func TestRecipients(t *testing.T) {
	c := Config{Sites: []string{"blog", "shop"}}
	f := func(text, address string, sites ...string) {
		t.Helper()
		got, to := c.recipient(text)
		if to != address || strings.Join(got, " ") != strings.Join(sites, " ") {
			t.Errorf("%q: %s gets %q", text, to, got)
		}
	}
	f("anna@example.com", "anna@example.com", "blog", "shop")
	f("shop=anna@example.com", "anna@example.com", "shop")
	f("other=anna@example.com", "other=anna@example.com", "blog", "shop") // = may stand in an address
}
