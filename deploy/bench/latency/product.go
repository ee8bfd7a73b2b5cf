package main

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

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
)

// product is a running `footfall up`.
type product struct {
	cmd                   *exec.Cmd
	collector, clickhouse string // their addresses
}

// start builds the product and runs it on a folder and on free ports, with default settings but for the
// limits of a client: all events come from one address.
func start(ctx context.Context, dir string) (*product, error) {
	binary := filepath.Join(dir, "footfall")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/footfall-analytics/footfall/deploy/standalone")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	p := &product{cmd: exec.CommandContext(ctx, binary, "up")}
	p.cmd.Stderr = os.Stderr
	p.cmd.Env = append(os.Environ(), "FOOTFALL_DATA="+filepath.Join(dir, "data"), "FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0", "FOOTFALL_LOG_LEVEL=warn")
	var taken []net.Listener // all at once, so that they differ
	for name, keep := range map[string]*string{
		"COLLECTOR": &p.collector, "CLICKHOUSE": &p.clickhouse, "DASHBOARD": new(string), "ADMIN": new(string), "CLICKHOUSE_HTTP": new(string), "KAFKA": new(string),
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

// stop ends the product and says what it took.
func (p *product) stop() (measure.Usage, error) {
	peak, err := measure.Peak(p.cmd.Process.Pid)
	err = errors.Join(err, p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait())
	return measure.Usage{CPU: p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime(), Peak: peak}, err
}
