package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// serveArgument makes this program the process that holds the engine.
const serveArgument = "serve-engine"

// serve runs ClickHouse on a folder until its standard input ends. It prints its address first.
func serve(ctx context.Context, dir string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	library, err := fetch.Library(ctx, log)
	if err != nil {
		return err
	}
	e, err := engine.Open(library, dir, engine.Options{})
	if err != nil {
		return err
	}
	cfg := chserver.DefaultConfig()
	cfg.NativeAddr, cfg.HTTPAddr = "127.0.0.1:0", "127.0.0.1:0"
	server, err := chserver.New(e, cfg, log)
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, server.NativeAddr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, server.Stop(ctx), e.Close(ctx))
}

// database is a ClickHouse in a process of its own.
type database struct {
	cmd   *exec.Cmd
	stdin io.Closer
	addr  string
}

func startDatabase(ctx context.Context, dir string) (*database, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, serveArgument, dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the engine's address: %w", err), cmd.Wait())
	}
	return &database{cmd, stdin, strings.TrimSpace(addr)}, nil
}

// stop ends the process and returns the most memory that it ever held, in bytes.
func (d *database) stop() (peak uint64, err error) {
	peak, err = peakOf(d.cmd.Process.Pid)
	return peak, errors.Join(err, d.stdin.Close(), d.cmd.Wait())
}

// peakOf reads the kernel's high-water mark of a process's resident memory.
func peakOf(pid int) (uint64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("read peak memory: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("the status of process %d has no VmHWM", pid)
}
