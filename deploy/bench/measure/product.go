package measure

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// Product is a running `footfall up`.
type Product struct {
	Collector, ClickHouse string // their addresses
	Binary, Token         string // files: the program, and the server token

	cmd *exec.Cmd
}

// StartProduct builds the product and runs it on a folder and on free ports, with default settings but for the
// limits of a client: all events come from one address.
func StartProduct(ctx context.Context, dir string) (*Product, error) {
	binary := filepath.Join(dir, "footfall")
	if err := build(ctx, binary); err != nil {
		return nil, err
	}
	p := &Product{Binary: binary, Token: filepath.Join(dir, "data", "server.token"), cmd: exec.CommandContext(ctx, binary, "up")}
	p.cmd.Stderr = os.Stderr
	p.cmd.Env = append(os.Environ(), "FOOTFALL_DATA="+filepath.Join(dir, "data"), "FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0", "FOOTFALL_LOG_LEVEL=warn")
	var taken []net.Listener // all at once, so that they differ
	for name, keep := range map[string]*string{
		"COLLECTOR": &p.Collector, "CLICKHOUSE": &p.ClickHouse, "DASHBOARD": new(string), "ADMIN": new(string), "CLICKHOUSE_HTTP": new(string), "KAFKA": new(string),
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		taken = append(taken, l)
		*keep = l.Addr().String()
		p.cmd.Env = append(p.cmd.Env, "FOOTFALL_"+name+"_ADDR="+*keep)
	}
	for _, l := range taken {
		l.Close()
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the product: %w", err)
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the product: %w", err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "stop with Ctrl-C") {
			return p, nil
		}
	}
	return nil, errors.Join(errors.New("the product ended before it was ready"), lines.Err(), p.cmd.Wait())
}

// build compiles the product in its own module, since that is what pins what it is made of.
func build(ctx context.Context, binary string) error {
	const module = "github.com/footfall-analytics/footfall/deploy/standalone"
	folder, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return fmt.Errorf("find the module %s: %w", module, err)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	cmd.Dir = strings.TrimSpace(string(folder))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// Stop ends the product and says what it took.
func (p *Product) Stop() (Usage, error) {
	peak, err := Peak(p.cmd.Process.Pid)
	err = errors.Join(err, p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait())
	return Usage{CPU: p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime(), Peak: peak}, err
}
