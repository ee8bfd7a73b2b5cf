// Package companies is the part of the dashboard's API by which admins keep the operator's own list of
// networks: which addresses belong to which company.
//
// Contract: the list is a file that collectors watch and read in the same way (Read). A list with a fault
// is never written, and one that is written is there whole, synced, by a rename; what was there until then
// stays untouched otherwise. Nobody overwrites a list that he has not seen: each writer names the version
// that he began with. Events that have been counted keep the company that they were given.
package companies

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"time"
)

// maxContent bounds a list, in bytes: some 25,000 networks.
const maxContent = 1 << 20

// Read reads a list in the format that the path's ending names, as collectors do.
type Read func(path string, content []byte) List

// List is what a list says.
type List struct {
	Entries   []Entry
	Faults    []Remark // what keeps it from being used
	Notes     []Remark // what is perhaps not meant
	Separator rune     // between the cells of a row; 0 in a format without rows
}

// Entry is one network.
type Entry struct {
	Line         int          `json:"line" doc:"In the file, from 1."`
	Network      netip.Prefix `json:"network" doc:"As CIDR."`
	Organisation string       `json:"organisation"`
	Class        string       `json:"class" enum:"business,isp,hosting,vpn,education,government"`
}

// Remark says something of a line.
type Remark struct {
	Line int    `json:"line" doc:"From 1."`
	Text string `json:"text"`
}

// Companies keeps the list.
type Companies struct {
	cfg     Config
	read    Read
	reports Reports
	log     *slog.Logger

	mu sync.Mutex // held by who writes
}

// New makes Companies.
func New(cfg Config, read Read, reports Reports, log *slog.Logger) *Companies {
	return &Companies{cfg: cfg, read: read, reports: reports, log: log}
}

// file is the list as it is on disk.
type file struct {
	content []byte
	list    List
	version string // "" while there is none; else as events name it in enrich_rules
	changed time.Time
}

// now reads the file; one that is not there is an empty list.
func (c *Companies) now() (f file, err error) {
	if c.cfg.Networks == "" {
		return f, nil
	}
	info, err := os.Stat(c.cfg.Networks)
	if err == nil {
		f.changed = info.ModTime()
		f.content, err = os.ReadFile(c.cfg.Networks)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return file{}, nil
	case err != nil:
		return file{}, fmt.Errorf("read list of networks: %w", err)
	}
	f.list, f.version = c.read(c.cfg.Networks, f.content), versionOf(f.content)
	return f, nil
}

func versionOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])[:12]
}
