// Package measure runs the parts of a benchmark as processes of their own, and says what they took.
package measure

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// Serve runs ClickHouse on a folder until its standard input ends. It prints its address first.
func Serve(ctx context.Context, dir string) error {
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

// Process is this program, started again with other arguments.
type Process struct {
	Line string // the first line that it printed

	cmd   *exec.Cmd
	stdin io.Closer
}

// Start runs this program with arguments, and waits for its first line. It ends when its standard input does.
func Start(ctx context.Context, args ...string) (*Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the first line of %s: %w", args[0], err), cmd.Wait())
	}
	return &Process{strings.TrimSpace(line), cmd, stdin}, nil
}

// Usage is what a process took.
type Usage struct {
	CPU  time.Duration
	Peak uint64 // most resident memory, bytes
}

// Stop ends the process and says what it took since it began.
func (p *Process) Stop() (Usage, error) {
	peak, err := Peak(p.cmd.Process.Pid)
	err = errors.Join(err, p.stdin.Close(), p.cmd.Wait())
	return Usage{p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime(), peak}, err
}

// ticksPerSecond is the kernel's USER_HZ on every platform that Go runs on.
const ticksPerSecond = 100

// CPU is what the process has used so far.
func (p *Process) CPU() (time.Duration, error) {
	stat, err := os.ReadFile(file(p.cmd.Process.Pid, "stat"))
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("the kernel's line on process %d is too short: %q", p.cmd.Process.Pid, stat)
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond, err
}

func file(pid int, name string) string {
	return "/proc/" + strconv.Itoa(pid) + "/" + name
}

// Peak reads the kernel's high-water mark of a process's resident memory.
func Peak(pid int) (uint64, error) {
	value, err := field(file(pid, "status"), "VmHWM")
	if err != nil {
		return 0, err
	}
	kb, err := strconv.ParseUint(strings.TrimSuffix(value, " kB"), 10, 64)
	return kb << 10, err
}

// Machine says what is measured on.
func Machine() (string, error) {
	cpu, err := field("/proc/cpuinfo", "model name")
	if err != nil {
		return "", err
	}
	memory, err := field("/proc/meminfo", "MemTotal")
	if err != nil {
		return "", err
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "", fmt.Errorf("describe this machine: %w", err)
	}
	return fmt.Sprintf("%s/%s, %d cores, %s, memory %s, load %s; %s, ClickHouse library %s", runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), cpu, memory, strings.Fields(string(load))[0], runtime.Version(), fetch.Version), nil
}

// field reads the first value of a name from one of the kernel's text files.
func field(file, name string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("describe this machine: %w", err)
	}
	for line := range strings.Lines(string(content)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value), nil
		}
	}
	return "", fmt.Errorf("%s does not say %s", file, name)
}
