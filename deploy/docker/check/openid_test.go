package check

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/footfall-analytics/footfall/pkg/dashboard"
	people "github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
)

// clientSecret has what URLs, forms and headers each would write differently.
const clientSecret = "a secret: 100%+/="

// TestSignInAtAnOpenIDProvider runs the whole dance against somebody else's provider: its discovery, its
// keys, its login form, its PKCE check, its user info.
func TestSignInAtAnOpenIDProvider(t *testing.T) {
	door := httptest.NewUnstartedServer(nil)
	public := "https://" + door.Listener.Addr().String()
	issuer := provider(t, public+"/oidc/callback")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(clientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	who, err := people.New(people.Config{
		State: t.TempDir(), SignIn: "on", PublicURL: public, LocalAccounts: true,
		OIDC: people.OIDC{
			Issuer: issuer, ClientID: "footfall", ClientSecretFile: secret, Scopes: []string{"email", "profile"},
			NameClaim: "email", EmailDomains: []string{"zitadel.ch"}, DefaultRole: "viewer",
		},
	}, door.Listener.Addr().String(), func(people.Opening) {}, logger, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	if err := who.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = who.Stop(t.Context()) })
	door.Config.Handler = who.Guard(dashboard.New(who, logger, who).Handler())
	door.StartTLS()
	t.Cleanup(door.Close)

	browser := door.Client()
	if browser.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	form := get(t, browser, public+"/oidc/start?to=/api/v1/me")
	if form.Request.URL.Path != "/login/username" {
		t.Fatalf("the provider shows %s\n%s", form.Request.URL, log.String())
	}
	answer, err := browser.PostForm(form.Request.URL.String(), url.Values{
		"id": {form.Request.URL.Query().Get("authRequestID")}, "username": {"test-user2"}, "password": {"verysecure"},
	})
	if err != nil {
		t.Fatal(err)
	}
	body := read(t, answer)
	var me struct{ Name, Role, Via string }
	if err := json.Unmarshal(body, &me); err != nil || me.Name != "test-user2@zitadel.ch" || me.Role != "viewer" || me.Via != "session" {
		t.Errorf("signed in at %s as %s\n%s", answer.Request.URL, body, log.String())
	}
	if again := get(t, browser, public+"/api/v1/me"); again.StatusCode != http.StatusOK {
		t.Errorf("the session does not last: %s", again.Status)
	}
	if strings.Contains(log.String(), clientSecret) {
		t.Error("the log tells the client's secret")
	}
}

// provider starts a provider that knows the dashboard.
func provider(t *testing.T, callback string) (issuer string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	issuer = "http://" + server.Listener.Addr().String()
	storage.RegisterClients(storage.WebClient("footfall", clientSecret, callback))
	was := slog.Default()
	server.Config.Handler = exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	t.Cleanup(func() { slog.SetDefault(was) })
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}

func get(t *testing.T, browser *http.Client, url string) *http.Response {
	t.Helper()
	response, err := browser.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	read(t, response)
	return response
}

func read(t *testing.T, response *http.Response) []byte {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
