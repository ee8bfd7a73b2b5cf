// Package e2e runs the built binary as its users do: a process, its ports, its command line.
package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
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
	if err := instance.Build(context.Background(), binary); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// site is a standalone Footfall with a data folder and ports of its own.
type site struct{ *instance.Instance }

// newSite chooses free ports; extra are further settings, NAME=value.
func newSite(t *testing.T, extra ...string) *site {
	t.Helper()
	p, err := instance.New(binary, t.TempDir(), append([]string{"FOOTFALL_ANALYST_PASSWORD=look-only", "FOOTFALL_CONSUMER_BATCH_WAIT=100ms"}, extra...)...)
	if err != nil {
		t.Fatal(err)
	}
	return &site{p}
}

// start runs `footfall up` and waits for its banner.
func (s *site) start(t *testing.T) {
	t.Helper()
	t.Cleanup(s.Kill)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
}

// stop asks for an ordered stop and waits for it.
func (s *site) stop(t *testing.T) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

func (s *site) mustCommand(t *testing.T, args ...string) string {
	t.Helper()
	out, err := s.Command(t.Context(), args...)
	if err != nil {
		t.Fatalf("footfall %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// post sends a body to the collector and returns the status and the answer.
func (s *site) post(t *testing.T, path, contentType, body string) (int, string) {
	t.Helper()
	resp, err := http.Post(s.Collector()+path, contentType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, resp)
}

func (s *site) get(t *testing.T, addr, path string) (int, string) {
	t.Helper()
	resp, err := http.Get("http://" + s.Addrs[addr] + path)
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
	code, body, err := s.SQL(t.Context(), user, password, query)
	if err != nil {
		t.Fatal(err)
	}
	return code, body
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
			t.Fatalf("waited in vain for %s\n%s", what, s.Log)
		}
	}
}
