package rollup

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestOutgoingURL(t *testing.T) {
	f := func(raw string, ok bool) {
		t.Helper()
		if err := outgoingURL("rollup-alert-url", raw); (err == nil) != ok {
			t.Errorf("%s: %v", raw, err)
		}
	}
	f("https://example.com/hook?token=x", true)
	f("http://127.0.0.1:8080/hook", true)
	f("http://[::1]/hook", true)
	f("http://localhost/hook", true)
	f("http://example.com/hook", false)
	f("http://10.0.0.1/hook", false)
	f("http://localhost.example.com/", false)
	f("ftp://127.0.0.1/", false)
	f("example.com", false)
	f("https://", false)
}

// TestOutgoingGuards: redirects stay on their host, plain http stays on this machine, and no error names
// more than the host.
func TestOutgoingGuards(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect left its host") }))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/near", http.RedirectHandler("/ok", http.StatusFound))
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.Handle("/far", http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	server := httptest.NewServer(mux)
	defer server.Close()
	client := newOutgoing()
	defer client.CloseIdleConnections()
	f := func(address, want string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err := call(ctx, client, http.MethodPost, address+"?token=secret", strings.NewReader("{}"))
		if want == "" && err == nil {
			return
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
	f(server.URL+"/ok", "")
	f(server.URL+"/near", "")
	f(server.URL+"/loop", "too many redirects")
	f(server.URL+"/far", "is not followed")
	f(server.URL+"/nowhere", "404")
	f("http://192.0.2.1/", "not this machine")
}
