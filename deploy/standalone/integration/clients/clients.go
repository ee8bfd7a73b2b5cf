// Package clients fetches clients that nobody here wrote: Python's and Java's, by pip and Maven, once
// per machine into the cache. Tests share them; where they cannot be had, those tests fail.
package clients

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// Python returns an interpreter that has what a requirements file pins.
func Python(ctx context.Context, requirements string) (interpreter string, err error) {
	dir, err := install(ctx, "python", requirements, func(dir string) error {
		if _, err := Run(ctx, nil, "python3", "-m", "venv", "--clear", filepath.Join(dir, "venv")); err != nil {
			return err
		}
		pip := filepath.Join(dir, "venv", "bin", "pip")
		_, err := Run(ctx, nil, pip, "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--requirement", requirements)
		return err
	})
	return filepath.Join(dir, "venv", "bin", "python"), err
}

// Java returns the class path with what a pom.xml depends on.
func Java(ctx context.Context, pom string) (classpath string, err error) {
	dir, err := install(ctx, "jdbc", pom, func(dir string) error {
		_, err := Run(ctx, nil, "mvn", "--quiet", "--batch-mode", "--file", pom, "dependency:copy-dependencies", "-DoutputDirectory="+filepath.Join(dir, "libs"))
		return err
	})
	return filepath.Join(dir, "libs", "*"), err
}

// Run runs a program to its end, with further variables, and returns all that it printed.
func Run(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// install fills a folder of the cache, named after the content of a file that pins versions.
// Processes that want the same folder wait for each other.
func install(ctx context.Context, kind, pins string, fill func(dir string) error) (dir string, err error) {
	content, err := os.ReadFile(pins)
	if err != nil {
		return "", fmt.Errorf("read pinned versions: %w", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache: %w", err)
	}
	hash := sha256.Sum256(content)
	dir = filepath.Join(cache, "footfall", "clients", kind+"-"+hex.EncodeToString(hash[:6]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the clients' folder: %w", err)
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	done := filepath.Join(dir, "complete")
	if _, err := os.Stat(done); err == nil {
		return dir, nil
	}
	if err := errors.Join(fill(dir), ctx.Err()); err != nil {
		return "", fmt.Errorf("install %s: %w", pins, err)
	}
	if err := os.WriteFile(done, nil, 0o644); err != nil {
		return "", fmt.Errorf("mark the clients as complete: %w", err)
	}
	return dir, nil
}

func lock(path string) (unlock func() error, err error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("make the lock of the clients' folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock the clients' folder: %w", err), f.Close())
	}
	return f.Close, nil
}
