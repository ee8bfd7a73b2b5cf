package outgoing

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gave reports an error that is not the wanted one, or that tells the secret of the address.
func gave(t *testing.T, what string, err error, want string) {
	t.Helper()
	if want == "" && err == nil {
		return
	}
	if err == nil || want == "" || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

func client(t *testing.T, cfg Config, urls ...string) *Client {
	t.Helper()
	c, err := New(cfg, urls...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// TestRedirects: two at most, to named hosts only, and no error names more than the host.
func TestRedirects(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect went to a host that is not named") }))
	defer other.Close()
	elsewhere := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	mux.Handle("/one", http.RedirectHandler("/ok", http.StatusTemporaryRedirect))
	mux.Handle("/two", http.RedirectHandler("/one", http.StatusTemporaryRedirect))
	mux.Handle("/three", http.RedirectHandler("/two", http.StatusTemporaryRedirect))
	mux.Handle("/far", http.RedirectHandler(elsewhere, http.StatusTemporaryRedirect))
	mux.Handle("/file", http.RedirectHandler("file:///etc/passwd", http.StatusFound))
	server := httptest.NewServer(mux)
	defer server.Close()
	c := client(t, Config{}, server.URL)
	f := func(path, want string) {
		t.Helper()
		err := c.Call(t.Context(), http.MethodPost, server.URL+path+"?token=secret", http.Header{"Content-Type": {"application/json"}}, strings.NewReader("{}"))
		gave(t, path, err, want)
	}
	f("/ok", "")
	f("/one", "")
	f("/two", "")
	f("/three", "more than 2 redirects")
	f("/far", "not named")
	f("/file", "not named")
	f("/nowhere", "404")
	gave(t, "another host", c.Call(t.Context(), http.MethodGet, elsewhere, nil, nil), `host "localhost" is not named`)
}

// TestNeverDownToHTTP: a host that may be reached both ways is not left for http.
func TestNeverDownToHTTP(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect led to http") }))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	c := client(t, Config{CAFile: file}, secure.URL)
	gave(t, "down", c.Call(t.Context(), http.MethodGet, secure.URL, nil, nil), "without TLS")
	untrusting := client(t, Config{}, secure.URL)
	gave(t, "unknown authority", untrusting.Call(t.Context(), http.MethodGet, secure.URL, nil, nil), "certificate")
}

// TestLimits: an answer has an end in bytes, also after decompression, and in time.
func TestLimits(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, maxAnswer+1))
	_ = z.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/most", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxAnswer)) })
	mux.HandleFunc("/more", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxAnswer+1)) })
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb.Bytes())
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("begins"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	c := client(t, Config{}, server.URL)
	c.http.Timeout = 500 * time.Millisecond // only the test is in a hurry
	f := func(path, want string) {
		t.Helper()
		gave(t, path, c.Call(t.Context(), http.MethodGet, server.URL+path, nil, nil), want)
	}
	f("/slow", "Client.Timeout")
	c.http.Timeout = timeout
	f("/most", "")
	f("/more", "longer than")
	f("/bomb", "longer than")
}

// TestNoProxy: the environment's proxy would dial where no rule is asked.
func TestNoProxy(t *testing.T) {
	if client(t, Config{}, "https://example.com").http.Transport.(*http.Transport).Proxy != nil {
		t.Error("the client uses a proxy of the environment")
	}
}

func TestRefusedIsKnown(t *testing.T) {
	_, err := client(t, Config{}).Do(httptest.NewRequest(http.MethodGet, "https://example.com/", nil))
	if !errors.Is(err, ErrRefused) {
		t.Errorf("%v is not ErrRefused", err)
	}
}
