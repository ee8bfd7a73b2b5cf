// Package polars computes daily tables with Polars, in Python: an independent oracle of the rollups
// and a rival to measure them against.
//
// Python (3.9 or newer, with venv) must be there. The pinned Polars is installed by pip once per
// machine, into the cache.
package polars

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
)

//go:embed *.py *.sql requirements.txt
var files embed.FS

// EventsSQL is the statement that writes the Parquet file that the programs read; its parameter is
// the file.
func EventsSQL() (string, error) { return read("events.sql") }

func read(name string) (string, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("read embedded %s: %w", name, err)
	}
	return string(b), nil
}

// Python is an interpreter that has the pinned Polars, and the programs of this package.
type Python struct{ dir string }

// Install prepares the interpreter, or finds it in the cache. Processes that call it at the same time
// wait for each other.
func Install(ctx context.Context) (Python, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Python{}, fmt.Errorf("find the cache folder for Polars: %w", err)
	}
	pins, err := read("requirements.txt")
	if err != nil {
		return Python{}, err
	}
	hash := sha256.Sum256([]byte(pins))
	p := Python{filepath.Join(cache, "footfall", "polars-"+hex.EncodeToString(hash[:6]))}
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return Python{}, fmt.Errorf("create cache folder for Polars: %w", err)
	}
	lock, err := os.Create(filepath.Join(p.dir, "lock"))
	if err != nil {
		return Python{}, fmt.Errorf("lock cache folder for Polars: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return Python{}, fmt.Errorf("lock cache folder for Polars: %w", err)
	}
	complete := filepath.Join(p.dir, "complete")
	if _, err := os.Stat(complete); err == nil {
		return p, nil
	}
	if err := p.install(ctx, pins); err != nil {
		return Python{}, fmt.Errorf("install Polars (it needs python3 with venv, and pip's package index): %w", err)
	}
	return p, os.WriteFile(complete, nil, 0o644)
}

func (p Python) install(ctx context.Context, pins string) error {
	requirements := filepath.Join(p.dir, "requirements.txt")
	if err := os.WriteFile(requirements, []byte(pins), 0o644); err != nil {
		return err
	}
	if err := run(ctx, "python3", "-m", "venv", "--clear", filepath.Join(p.dir, "venv")); err != nil {
		return err
	}
	return run(ctx, p.interpreter(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements)
}

func (p Python) interpreter() string { return filepath.Join(p.dir, "venv", "bin", "python") }

// Run runs one of the package's programs and returns what it printed.
func (p Python) Run(ctx context.Context, program string, args ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "polars")
	if err != nil {
		return nil, fmt.Errorf("unpack the Python programs: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := errors.Join(os.CopyFS(dir, files), os.CopyFS(dir, rules.Files)); err != nil {
		return nil, fmt.Errorf("unpack the Python programs: %w", err)
	}
	var complaint strings.Builder
	cmd := exec.CommandContext(ctx, p.interpreter(), append([]string{filepath.Join(dir, program)}, args...)...)
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("run %s: %w\n%s%s", program, err, out, complaint.String())
	}
	return out, nil
}

func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("run %s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
