package networks

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Config names the files. All are read again when they change.
type Config struct {
	Country  []string `help:"MMDB file with countries, and cities if it has them; repeatable, the first that knows an address counts. Without one no country is known." type:"path" placeholder:"FILE"`
	ASN      []string `name:"asn" help:"MMDB or CSV file (first address, last address, number, organisation) with autonomous systems; repeatable, the first that knows an address counts." type:"path" placeholder:"FILE"`
	Networks string   `help:"Your own list of networks, which wins over the others: CSV or YAML with network, organisation and class." type:"path" placeholder:"FILE"`
	Classes  string   `help:"Rules for the classes of networks (YAML) instead of the built-in ones." type:"path" placeholder:"FILE"`

	// NetworksMayCome is for a list that admins put there by the dashboard. Its folder must be there.
	NetworksMayCome bool `help:"The own list need not be there yet: it is read when it comes, as one that the dashboard writes does."`

	// MayCome says the same of files with countries and systems.
	MayCome bool `kong:"-"`
}

// Validate refuses files that cannot be used.
func (c Config) Validate() error {
	_, err := c.read()
	return err
}

// file is one of the files, as it was last read.
type file struct {
	setting string // country, asn, classes or networks
	path    string // "" for what is built in
	mayCome bool
	parse   func(path string, content []byte) (table, error)
	table   table  // nil while it has not come
	version string // first digits of the content's SHA-256
	seen    string // size and time of modification
}

// files lists what the settings name, in the order in which the tables are asked.
func (c Config) files() []*file {
	var files []*file
	for i := range c.Country { // the last one first: what the earlier ones know replaces it
		files = append(files, &file{setting: "country", path: c.Country[len(c.Country)-1-i], parse: parseCountries})
	}
	for i := range c.ASN {
		files = append(files, &file{setting: "asn", path: c.ASN[len(c.ASN)-1-i], parse: parseSystems})
	}
	if len(c.ASN) > 0 || c.Classes != "" {
		files = append(files, &file{setting: "classes", path: c.Classes, parse: parseClasses})
	}
	if c.Networks != "" {
		files = append(files, &file{setting: "networks", path: c.Networks, parse: parseOwn})
	}
	for _, f := range files {
		f.mayCome = c.MayCome && (f.setting == "country" || f.setting == "asn") || c.NetworksMayCome && f.setting == "networks"
	}
	return files
}

func (c Config) read() ([]*file, error) {
	files := c.files()
	for _, f := range files {
		if _, err := f.read(); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// read takes the file over if it is new and good, and says whether it was new. A bad one changes nothing
// but that it has been seen.
func (f *file) read() (changed bool, err error) {
	content := builtinClasses
	if f.path != "" {
		stamp, err := stampOf(f.path)
		if err == nil && stamp == f.seen || f.table == nil && f.mayCome && errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		f.seen = stamp
		if err == nil {
			content, err = os.ReadFile(f.path)
		}
		if err != nil {
			return true, fmt.Errorf("read file of setting enrich-%s: %w", f.setting, err)
		}
	}
	sum := sha256.Sum256(content)
	version := hex.EncodeToString(sum[:])[:12]
	if version == f.version {
		return false, nil
	}
	t, err := f.parse(f.path, content)
	if err != nil {
		return true, fmt.Errorf("enrich-%s %s: %w", f.setting, f.path, err)
	}
	f.table, f.version = t, version
	return true, nil
}

func stampOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s", info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano)), nil
}

func hasSuffix(path string, extensions ...string) bool {
	for _, e := range extensions {
		if strings.EqualFold(filepath.Ext(path), e) {
			return true
		}
	}
	return false
}
