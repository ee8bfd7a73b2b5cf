// Package instance builds bin/footfall and runs it as its users do: a process, its ports, its command line.
package instance

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
)

// Build compiles the product in its own module, since that is what pins what it is made of.
func Build(ctx context.Context, binary string) error {
	const module = "github.com/footfall-analytics/footfall/deploy/standalone"
	folder, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return fmt.Errorf("find the module %s: %w", module, err)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-ldflags", "-s -w", "-o", binary, ".") // linked in half the time
	cmd.Dir, cmd.Env = strings.TrimSpace(string(folder)), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// Instance is a standalone Footfall with a data folder and ports of its own, which can be killed and
// started again.
type Instance struct {
	Data  string            // folder of all its state
	Env   []string          // its settings
	Addrs map[string]string // by the names of their settings, without FOOTFALL_
	Log   *Tail             // what it logs
	Shown *Tail             // what it prints for people

	binary  string
	process *exec.Cmd
	ended   chan error
}

var listeners = []string{"DASHBOARD_ADDR", "COLLECTOR_ADDR", "ADMIN_ADDR", "CLICKHOUSE_ADDR", "CLICKHOUSE_HTTP_ADDR", "KAFKA_ADDR"}

// New chooses free ports; settings are further ones, FOOTFALL_NAME=value.
func New(binary, data string, settings ...string) (*Instance, error) {
	p := &Instance{Data: data, Addrs: map[string]string{}, Log: &Tail{}, Shown: &Tail{}, binary: binary}
	p.Env = append(os.Environ(), "FOOTFALL_DATA="+data, "FOOTFALL_ENRICH_FETCH=false")
	for _, name := range listeners {
		addr, err := ports.Free()
		if err != nil {
			return nil, err
		}
		p.Addrs[name] = addr
		p.Env = append(p.Env, "FOOTFALL_"+name+"="+addr)
	}
	p.Env = append(p.Env, "FOOTFALL_COLLECTOR_URL="+p.Collector())
	p.Env = append(p.Env, settings...)
	return p, nil
}

// Collector is the collector's URL.
func (p *Instance) Collector() string { return "http://" + p.Addrs["COLLECTOR_ADDR"] }

// TokenFile holds the token that opens /v1/batch, once the product has been started.
func (p *Instance) TokenFile() string { return filepath.Join(p.Data, "server.token") }

// patience bounds a start.
const patience = 3 * time.Minute

// Start runs `footfall up` and waits for its banner.
func (p *Instance) Start() error {
	process := exec.Command(p.binary, "up")
	process.Env, process.Stderr = p.Env, p.Log
	out, err := process.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start footfall: %w", err)
	}
	if err := process.Start(); err != nil {
		return fmt.Errorf("start footfall: %w", err)
	}
	ready, ended := make(chan struct{}, 1), make(chan error, 1)
	p.process, p.ended = process, ended
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			fmt.Fprintln(p.Shown, lines.Text())
			if strings.Contains(lines.Text(), "stop with Ctrl-C") {
				ready <- struct{}{}
			}
		}
		ended <- process.Wait()
	}()
	select {
	case <-ready:
		return nil
	case err := <-ended:
		p.process = nil
		return fmt.Errorf("footfall ended before it was ready: %w\n%s", err, p.Log)
	case <-time.After(patience):
		p.Kill()
		return fmt.Errorf("footfall is not ready\n%s", p.Log)
	}
}

// Process is the running process.
func (p *Instance) Process() *exec.Cmd { return p.process }

// Kill ends the process as a power cut would.
func (p *Instance) Kill() { _ = p.end(syscall.SIGKILL) } // its error is that it was killed

// Stop asks for an ordered stop and waits for it.
func (p *Instance) Stop() error {
	if err := p.end(syscall.SIGTERM); err != nil {
		return fmt.Errorf("an ordered stop ends with %w\n%s", err, p.Log)
	}
	return nil
}

func (p *Instance) end(how syscall.Signal) error {
	if p.process == nil {
		return nil
	}
	err := p.process.Process.Signal(how)
	if err == nil {
		err = <-p.ended
	}
	p.process = nil
	return err
}

// Command runs another command of the binary and returns what it prints.
func (p *Instance) Command(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.binary, args...)
	cmd.Env = p.Env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// SQL asks ClickHouse over HTTP as a user. The answer is its status, and TSV without the last newline.
func (p *Instance) SQL(ctx context.Context, user, password, query string) (status int, answer string, err error) {
	u := url.URL{Scheme: "http", Host: p.Addrs["CLICKHOUSE_HTTP_ADDR"], Path: "/", RawQuery: url.Values{"query": {query}}.Encode()}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		return 0, "", err
	}
	req.SetBasicAuth(user, password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, strings.TrimSuffix(string(body), "\n"), errors.Join(err, resp.Body.Close())
}

// Tail keeps the end of what a process logs.
type Tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Tail) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.b.Len() > 1<<20 {
		b.b.Reset()
	}
	return b.b.Write(p)
}

func (b *Tail) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
