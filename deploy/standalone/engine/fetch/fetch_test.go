package fetch

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const content = "a small library"

// newStore is a store whose package is made here instead of by npm.
func newStore(t *testing.T, brought *atomic.Int32, inside string) store {
	t.Helper()
	hash := sha256.Sum256([]byte(content))
	return store{
		dir:     filepath.Join(t.TempDir(), "cache"),
		release: release{"@test/lib", "lib.so", hex.EncodeToString(hash[:])},
		log:     slog.New(slog.DiscardHandler),
		bring: func(_ context.Context, _, into string) (string, error) {
			brought.Add(1)
			name := filepath.Join(into, "package.tgz")
			return name, pack(name, "package/lib.so", inside)
		},
	}
}

func pack(name, file, inside string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	w := tar.NewWriter(z)
	for _, h := range []string{"package/package.json", file} {
		if err := w.WriteHeader(&tar.Header{Name: h, Mode: 0o644, Size: int64(len(inside))}); err != nil {
			return err
		}
		if _, err := io.WriteString(w, inside); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), z.Close())
}

func TestFetchOnce(t *testing.T) {
	var brought atomic.Int32
	s := newStore(t, &brought, content)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			path, err := s.library(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			if b, err := os.ReadFile(path); err != nil || string(b) != content {
				t.Errorf("library holds %q, error %v", b, err)
			}
		})
	}
	all.Wait()
	if n := brought.Load(); n != 1 {
		t.Errorf("fetched %d times, want once", n)
	}
	left, err := filepath.Glob(filepath.Join(s.dir, "fetch-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}

// TestDamagedLibrary changes the cached file: it is noticed by its stamp and fetched again.
func TestDamagedLibrary(t *testing.T) {
	var brought atomic.Int32
	s := newStore(t, &brought, content)
	path, err := s.library(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.library(context.Background()); err != nil || brought.Load() != 1 {
		t.Errorf("touched: fetched %d times, error %v; want once, by its hash", brought.Load(), err)
	}
	if err := os.WriteFile(path, []byte("a bad library!!"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := s.library(context.Background()); err != nil || brought.Load() != 2 {
		t.Errorf("damaged: fetched %d times, error %v; want twice", brought.Load(), err)
	}
}

func TestWrongPackage(t *testing.T) {
	var brought atomic.Int32
	s := newStore(t, &brought, "another library")
	if _, err := s.library(context.Background()); !errors.Is(err, errChecksum) {
		t.Errorf("other content: error %v, want %v", err, errChecksum)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "lib.so")); err == nil {
		t.Error("the library with the wrong checksum is in the cache")
	}
	s.release.file = "other.so"
	if _, err := s.library(context.Background()); err == nil || !strings.Contains(err.Error(), "holds no") {
		t.Errorf("a package without the library: error %v", err)
	}
}

func TestWithoutNpm(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := npmPack(context.Background(), "@test/lib@1", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "needs npm") || !strings.Contains(err.Error(), LibraryVariable) {
		t.Errorf("error %v, want one that names npm and %s", err, LibraryVariable)
	}
}

func TestNpmFails(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\necho no such package >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "npm"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	_, err := npmPack(context.Background(), "@test/lib@1", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "no such package") {
		t.Errorf("error %v, want npm's own words", err)
	}
}

func TestGivenLibrary(t *testing.T) {
	given := filepath.Join(t.TempDir(), "lib.so")
	t.Setenv(LibraryVariable, given)
	if _, err := Library(context.Background(), slog.Default()); err == nil || !strings.Contains(err.Error(), LibraryVariable) {
		t.Errorf("missing file: error %v, want one that names %s", err, LibraryVariable)
	}
	if err := os.WriteFile(given, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if path, err := Library(context.Background(), slog.Default()); err != nil || path != given {
		t.Errorf("%q, error %v; want %q", path, err, given)
	}
}

func TestPlatforms(t *testing.T) {
	if _, err := releaseFor("linux/amd64"); err != nil {
		t.Error(err)
	}
	if _, err := releaseFor("linux/arm64"); err == nil || !strings.Contains(err.Error(), "@chdb/lib-linux-arm64-gnu") {
		t.Errorf("untried platform: %v", err)
	}
	if _, err := releaseFor("plan9/amd64"); err == nil || !strings.Contains(err.Error(), "plan9") {
		t.Errorf("unsupported platform: %v", err)
	}
}
