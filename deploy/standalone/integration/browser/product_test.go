package browser

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// footfall is a running standalone.
type footfall struct {
	env     []string
	data    string
	addrs   map[string]string // by FOOTFALL_* name
	process *exec.Cmd
	stderr  *tail
	ended   chan error
}

var ports = []string{"DASHBOARD_ADDR", "COLLECTOR_ADDR", "ADMIN_ADDR", "CLICKHOUSE_ADDR", "CLICKHOUSE_HTTP_ADDR", "KAFKA_ADDR"}

// start runs `footfall up` and waits for its banner.
func start(data string) (*footfall, error) {
	f := &footfall{data: data, addrs: map[string]string{}, stderr: &tail{}, ended: make(chan error, 1)}
	f.env = append(os.Environ(), "FOOTFALL_DATA="+data, "FOOTFALL_ANALYST_PASSWORD=look-only", "FOOTFALL_CONSUMER_BATCH_WAIT=100ms",
		"FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0", "FOOTFALL_TIME_ZONE="+zoneAtNoon(time.Now()))
	if err := f.choosePorts(); err != nil {
		return nil, err
	}
	f.process = exec.Command(binary, "up")
	f.process.Env, f.process.Stderr = f.env, f.stderr
	out, err := f.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := f.process.Start(); err != nil {
		return nil, err
	}
	ready := make(chan struct{}, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.Contains(lines.Text(), "stop with Ctrl-C") {
				ready <- struct{}{}
			}
		}
		f.ended <- f.process.Wait()
	}()
	select {
	case <-ready:
		return f, nil
	case err := <-f.ended:
		return nil, fmt.Errorf("footfall ended before it was ready: %w\n%s", err, f.stderr)
	case <-time.After(3 * time.Minute):
		return nil, errors.Join(fmt.Errorf("footfall is not ready\n%s", f.stderr), f.process.Process.Kill())
	}
}

// choosePorts finds ports that are free.
func (f *footfall) choosePorts() error {
	for _, name := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close() // once all are found, so that no two are the same
		f.addrs[name] = l.Addr().String()
		f.env = append(f.env, "FOOTFALL_"+name+"="+l.Addr().String())
	}
	return nil
}

// zoneAtNoon is a time zone in which it is noon, so that no test runs over midnight.
func zoneAtNoon(now time.Time) string {
	return fmt.Sprintf("Etc/GMT%+d", now.UTC().Hour()-12) // "-1" is an hour ahead of UTC
}

func (f *footfall) stop() {
	if f.process.Process.Signal(syscall.SIGTERM) == nil {
		<-f.ended
	}
}

func (f *footfall) collector() string { return "http://" + f.addrs["COLLECTOR_ADDR"] }

// command runs another command of the binary and returns what it prints.
func (f *footfall) command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = f.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// ask sends a query to ClickHouse as the analyst; the answer is TSV without its last newline.
func (f *footfall) ask(t *testing.T, query string) string {
	t.Helper()
	u := url.URL{Scheme: "http", Host: f.addrs["CLICKHOUSE_HTTP_ADDR"], Path: "/", RawQuery: url.Values{"query": {query}}.Encode()}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("analyst", "look-only")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s, %v", query, resp.Status, body, err)
	}
	return strings.TrimSuffix(string(body), "\n")
}

// until waits for a condition that another process brings about.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// tail keeps the end of what a process logs.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *tail) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.b.Len() > 1<<20 {
		b.b.Reset()
	}
	return b.b.Write(p)
}

func (b *tail) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
