package check

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestNginx runs Debian's nginx with the shipped configuration on a socket in a temporary folder, and
// the collector's place taken by a server that keeps what it gets.
func TestNginx(t *testing.T) {
	got := make(chan *http.Request, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r }))
	defer collector.Close()
	dir := t.TempDir()
	client := startNginx(t, dir, collector.Listener.Addr().String())

	page, err := client.Get("http://demo/article?x=1")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	body, err := io.ReadAll(page.Body)
	if err != nil || page.StatusCode != http.StatusOK || !strings.Contains(string(body), `src="/beacon.js" data-site="demo"`) {
		t.Errorf("GET /article: %s, %v, no beacon in\n%s", page.Status, err, body)
	}
	rid := regexp.MustCompile(`^rid;desc="([0-9a-f]{32})"$`).FindStringSubmatch(page.Header.Get("Server-Timing"))
	if rid == nil {
		t.Fatalf("Server-Timing is %q", page.Header.Get("Server-Timing"))
	}

	request, err := http.NewRequest(http.MethodPost, "http://demo/v1/events", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-For", "192.0.2.66")
	post, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	post.Body.Close()
	if r := <-got; r.URL.Path != "/v1/events" || r.Host != "demo" || strings.Contains(r.Header.Get("X-Forwarded-For"), "192.0.2.66") {
		t.Errorf("the collector got %s of host %s from %s", r.URL, r.Host, r.Header.Get("X-Forwarded-For"))
	}
	for _, path := range []string{"/beacon.js", "/beacon.0123456789abcdef.js"} {
		script, err := client.Get("http://demo" + path)
		if err != nil {
			t.Fatal(err)
		}
		script.Body.Close()
		if r := <-got; r.URL.Path != path {
			t.Errorf("for %s the collector got %s", path, r.URL)
		}
	}
	batch, err := client.Post("http://demo/v1/batch", "application/x-ndjson", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	batch.Body.Close()
	if batch.StatusCode != http.StatusNotFound {
		t.Errorf("POST /v1/batch through the public door: %s", batch.Status)
	}

	// The log line is written before the connection is used again, so it is there by now: one line,
	// since neither the post nor the batch is a page.
	log, err := os.ReadFile(filepath.Join(dir, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`^\S+ - - \[[^]]+\] "GET /article\?x=1 HTTP/1\.1" 200 \d+ "-" "Go-http-client/1\.1" "` + rid[1] + `"\n$`)
	if !line.Match(log) {
		t.Errorf("access.log holds %q, want one combined line with request id %s", log, rid[1])
	}
}

// startNginx adapts the paths of the shipped configuration, checks it with nginx -t, and runs it until
// the test ends. The client speaks to it through its socket.
func startNginx(t *testing.T, dir, collector string) *http.Client {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // not on everybody's PATH
	}
	socket := filepath.Join(dir, "s")
	config := filepath.Join(dir, "nginx.conf")
	adapted := adapt(t, "../../nginx/nginx.conf", map[string]string{
		"listen 8080;":                   "listen unix:" + socket + ";",
		"set $collector collector:8081;": "set $collector " + collector + ";",
		"/var/log/footfall/":             dir + "/",
		"/usr/share/nginx/site":          abs(t, "../../nginx/site"),
		" /tmp/":                         " " + dir + "/",
		"worker_processes auto;":         "worker_processes 1; daemon off; master_process off;",
	})
	if err := os.WriteFile(config, []byte(adapted), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "-t", "-c", config).CombinedOutput(); err != nil {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	cmd := exec.Command(program, "-c", config)
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
	await(t, "nginx", func() bool {
		answer, err := client.Get("http://demo/healthz")
		if err == nil {
			answer.Body.Close()
		}
		return err == nil && answer.StatusCode == http.StatusOK
	})
	return client
}

// adapt reads a file and replaces what differs on this machine; every replacement must apply.
func adapt(t *testing.T, path string, replace map[string]string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for old, now := range replace {
		if !strings.Contains(string(content), old) {
			t.Fatalf("%s no longer holds %q", path, old)
		}
		pairs = append(pairs, old, now)
	}
	return strings.NewReplacer(pairs...).Replace(string(content))
}

func abs(t *testing.T, path string) string {
	t.Helper()
	p, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// await asks until the answer is yes, for a minute at most.
func await(t *testing.T, what string, ready func() bool) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-ticker.C {
		if ready() {
			return
		}
	}
	t.Fatalf("%s was not ready within a minute", what)
}
