// Package fetch finds the engine's shared library, or has it brought by npm once per machine.
//
// Contract: Library returns the path of a library that is the one given in FOOTFALL_CHDB_LIBRARY, or
// whose SHA-256 equals the pinned one. A library in the cache is hashed when it is installed and
// whenever its stamp (size and time of modification) no longer fits; otherwise the stamp is enough.
// Several processes may call it at once: one fetches, the others wait.
package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// LibraryVariable names a library to use as it is, unchecked.
const LibraryVariable = "FOOTFALL_CHDB_LIBRARY"

// Version of the library. Older ones, among them the registry's "latest" of that time, bring a
// replaced partition back after a restart.
const Version = "26.7.3-stable.1"

// release is the library for one platform.
type release struct {
	pkg    string // npm package
	file   string // in the package
	sha256 string // of the file; "" where nobody has tried it
}

// releases by GOOS/GOARCH.
var releases = map[string]release{
	"linux/amd64":  {"@chdb/lib-linux-x64-gnu", "libchdb.so", "36ad4e999882821ef13cf2d0f52c93f48e6ee1b4498b35a201c23ce4b8d15bf5"},
	"linux/arm64":  {"@chdb/lib-linux-arm64-gnu", "libchdb.so", ""},
	"darwin/amd64": {"@chdb/lib-darwin-x64", "libchdb.so", ""},
	"darwin/arm64": {"@chdb/lib-darwin-arm64", "libchdb.so", ""},
}

// Library returns the path of the library, fetching it when it is missing.
func Library(ctx context.Context, log *slog.Logger) (string, error) {
	if path := os.Getenv(LibraryVariable); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("use the engine library that %s names: %w", LibraryVariable, err)
		}
		return path, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder for the engine library (or set %s): %w", LibraryVariable, err)
	}
	r, err := releaseFor(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		return "", err
	}
	s := store{dir: filepath.Join(cache, "footfall", "chdb", Version), release: r, log: log, bring: npmPack}
	return s.library(ctx)
}

func releaseFor(platform string) (release, error) {
	r, ok := releases[platform]
	if !ok {
		return release{}, fmt.Errorf("there is no engine library for %s; run the services against a ClickHouse server instead", platform)
	}
	if r.sha256 == "" {
		return release{}, fmt.Errorf("the engine library for %s (npm package %s, version %s) has not been tried, so its checksum is not known: get it with npm pack and set %s to its %s",
			platform, r.pkg, Version, LibraryVariable, r.file)
	}
	return r, nil
}

// store is the cache of one release.
type store struct {
	dir     string
	release release
	log     *slog.Logger
	bring   func(ctx context.Context, pkg, into string) (tgz string, err error)
}

func (s store) library(ctx context.Context) (string, error) {
	path := filepath.Join(s.dir, s.release.file)
	if s.good(path) {
		return path, nil
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return "", fmt.Errorf("create cache folder for the engine library: %w", err)
	}
	unlock, err := Lock(ctx, filepath.Join(s.dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if s.good(path) { // another process was faster
		return path, nil
	}
	return path, s.install(ctx, path)
}

// good says whether the cached library is the pinned one.
func (s store) good(path string) bool {
	now, err := stampOf(path)
	if err != nil {
		return false
	}
	if was, err := os.ReadFile(path + ".stamp"); err == nil && string(was) == now+s.release.sha256 {
		return true
	}
	if s.verify(path) != nil {
		return false
	}
	return s.stamp(path) == nil
}

// stamp notes that the library was hashed as it is now.
func (s store) stamp(path string) error {
	now, err := stampOf(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path+".stamp", []byte(now+s.release.sha256), 0o644)
}

func stampOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s ", info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano)), nil
}

// errChecksum is for a library that is not the pinned one.
var errChecksum = errors.New("wrong checksum")

func (s store) verify(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open engine library: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("read engine library: %w", err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != s.release.sha256 {
		return fmt.Errorf("%w of engine library %q: SHA-256 is %s, want %s", errChecksum, path, got, s.release.sha256)
	}
	return nil
}
