// Package e2e runs the built binary as its users do: a process, its ports, its command line.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is bin/footfall, built for this run.
var binary string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "footfall-e2e")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "footfall")
	build := exec.Command("go", "build", "-o", binary, "github.com/footfall-analytics/footfall/deploy/standalone")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// site is a standalone Footfall with a data folder and ports of its own.
type site struct {
	env     []string
	data    string
	addrs   map[string]string // by FOOTFALL_* name
	process *exec.Cmd
	ready   chan error // nil once the banner has been printed
	ended   chan error
	stderr  *tail
}

var ports = []string{"DASHBOARD_ADDR", "COLLECTOR_ADDR", "ADMIN_ADDR", "CLICKHOUSE_ADDR", "CLICKHOUSE_HTTP_ADDR", "KAFKA_ADDR"}

// newSite chooses free ports; extra are further settings, NAME=value.
func newSite(t *testing.T, extra ...string) *site {
	t.Helper()
	s := &site{data: t.TempDir(), addrs: map[string]string{}, stderr: &tail{}}
	s.env = append(os.Environ(), "FOOTFALL_DATA="+s.data, "FOOTFALL_ANALYST_PASSWORD=look-only", "FOOTFALL_CONSUMER_BATCH_WAIT=100ms")
	for _, name := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		s.addrs[name] = l.Addr().String()
		s.env = append(s.env, "FOOTFALL_"+name+"="+l.Addr().String())
	}
	s.env = append(s.env, "FOOTFALL_COLLECTOR_URL=http://"+s.addrs["COLLECTOR_ADDR"])
	s.env = append(s.env, extra...)
	return s
}

// start runs `footfall up` and waits for its banner.
func (s *site) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command(binary, "up")
	s.process.Env, s.process.Stderr = s.env, s.stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	s.ready, s.ended = make(chan error, 1), make(chan error, 1)
	go s.watch(out, s.process)
	t.Cleanup(func() { s.kill(t) })
	select {
	case <-s.ready:
	case err := <-s.ended:
		t.Fatalf("the process ended before it was ready: %v\n%s", err, s.stderr)
	case <-time.After(3 * time.Minute):
		t.Fatalf("not ready\n%s", s.stderr)
	}
}

func (s *site) watch(out io.Reader, process *exec.Cmd) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "stop with Ctrl-C") {
			s.ready <- nil
		}
	}
	s.ended <- process.Wait()
}

// kill ends the process as a power cut would.
func (s *site) kill(t *testing.T) {
	t.Helper()
	if s.process == nil {
		return
	}
	if err := s.process.Process.Kill(); err == nil {
		<-s.ended
	}
	s.process = nil
}

// stop asks for an ordered stop and waits for it.
func (s *site) stop(t *testing.T) {
	t.Helper()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-s.ended; err != nil {
		t.Errorf("an ordered stop ends with %v\n%s", err, s.stderr)
	}
	s.process = nil
}

// command runs another command of the binary and returns what it prints.
func (s *site) command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = s.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (s *site) mustCommand(t *testing.T, args ...string) string {
	t.Helper()
	out, err := s.command(t, args...)
	if err != nil {
		t.Fatalf("footfall %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// post sends a body to the collector and returns the status and the answer.
func (s *site) post(t *testing.T, path, contentType, body string) (int, string) {
	t.Helper()
	resp, err := http.Post("http://"+s.addrs["COLLECTOR_ADDR"]+path, contentType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, resp)
}

func (s *site) get(t *testing.T, addr, path string) (int, string) {
	t.Helper()
	resp, err := http.Get("http://" + s.addrs[addr] + path)
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, resp)
}

func answer(t *testing.T, resp *http.Response) (int, string) {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// metric reads a metric of the process, named with its labels if it has any.
func (s *site) metric(t *testing.T, name string) float64 {
	t.Helper()
	return s.metricAt(t, "ADMIN_ADDR", name)
}

func (s *site) metricAt(t *testing.T, addr, name string) float64 {
	t.Helper()
	_, body := s.get(t, addr, "/metrics")
	for line := range strings.Lines(body) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// sql asks ClickHouse over HTTP as a user; the answer is TSV without its last newline.
func (s *site) sql(t *testing.T, user, password, query string) (int, string) {
	t.Helper()
	u := url.URL{Scheme: "http", Host: s.addrs["CLICKHOUSE_HTTP_ADDR"], Path: "/", RawQuery: url.Values{"query": {query}}.Encode()}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(user, password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	code, body := answer(t, resp)
	return code, strings.TrimSuffix(body, "\n")
}

// ask is sql for the analyst, and must work.
func (s *site) ask(t *testing.T, query string) string {
	t.Helper()
	code, body := s.sql(t, "analyst", "look-only", query)
	if code != http.StatusOK {
		t.Fatalf("%s: %d %s", query, code, body)
	}
	return body
}

// await asks until the answer is the wanted one.
func (s *site) await(t *testing.T, query, want string) {
	t.Helper()
	s.until(t, query+" to be "+want, func() bool { return s.ask(t, query) == want })
}

// until waits for a condition that another process brings about, at most a minute.
func (s *site) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	s.untilFor(t, time.Minute, what, done)
}

func (s *site) untilFor(t *testing.T, long time.Duration, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(long)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s\n%s", what, s.stderr)
		}
	}
}

// tail keeps the end of what a process logs.
type tail struct{ bytes.Buffer }

func (b *tail) Write(p []byte) (int, error) {
	if b.Len() > 1<<20 {
		b.Reset()
	}
	return b.Buffer.Write(p)
}
