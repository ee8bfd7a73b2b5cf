// Package npm brings packages of npm into a folder, for measurements and for the tools of tests.
package npm

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// largest is the size from which on a file of a package is not believed.
const largest = 64 << 20

// Unpack brings a package, such as "typescript@5.9.3", and unpacks it into a folder. No script of the
// package runs, and nothing that it depends on is brought.
func Unpack(ctx context.Context, name, folder string) error {
	temp, err := os.MkdirTemp("", "footfall-npm")
	if err != nil {
		return fmt.Errorf("make folder for %s: %w", name, err)
	}
	defer os.RemoveAll(temp)
	tgz, err := fetch.Pack(ctx, name, temp)
	if err != nil {
		return err
	}
	archive, err := os.Open(tgz)
	if err != nil {
		return fmt.Errorf("open what npm brought: %w", err)
	}
	defer archive.Close()
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", name, err)
	}
	return unpack(tar.NewReader(plain), folder)
}

func unpack(files *tar.Reader, folder string) error {
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unpack: %w", err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if !filepath.IsLocal(h.Name) || h.Size > largest {
			return fmt.Errorf("unpack %q of %d bytes: refused", h.Name, h.Size)
		}
		if err := write(filepath.Join(folder, h.Name), files); err != nil {
			return err
		}
	}
}

func write(path string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	if _, err := io.Copy(f, content); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), f.Close())
	}
	return f.Close()
}
