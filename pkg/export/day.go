package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// day is a local day in the export folder, and the folder of one run of it.
type day struct {
	zone string // folder
	date string
	run  string
	done bool
}

// openDay makes the folder of the run's time zone. Zone names hold no dots, so each has a folder of
// its own: Europe/Vienna is Europe.Vienna.
func openDay(dir string, run ledger.Run) (*day, error) {
	if !fs.ValidPath(run.Zone) || strings.ContainsAny(run.Zone, `.\`) {
		return nil, fmt.Errorf("time zone %q is no name for a folder", run.Zone)
	}
	d := &day{zone: filepath.Join(dir, strings.ReplaceAll(run.Zone, "/", ".")), date: run.Date.String(), run: run.ID.String()}
	if err := os.MkdirAll(d.zone, 0o755); err != nil {
		return nil, fmt.Errorf("create export folder: %w", err)
	}
	return d, nil
}

// link is what readers open; it names the folder of the published run.
func (d *day) link() string { return filepath.Join(d.zone, d.date) }

// name is the folder of this run within the zone's.
func (d *day) name() string { return "." + d.date + "." + d.run }

func (d *day) folder() string { return filepath.Join(d.zone, d.name()) }

// holdsNewerThan says whether the day's files are of a run that began later.
func (d *day) holdsNewerThan(run ledger.Run) (bool, error) {
	b, err := os.ReadFile(filepath.Join(d.link(), manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read manifest of the exported day: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return false, fmt.Errorf("read manifest of the exported day: %w", err)
	}
	return m.Started.After(run.Started), nil
}

// begin makes the run's folder, anew when the same run was exported or cut short before.
func (d *day) begin() error {
	if target, err := os.Readlink(d.link()); err == nil && target == d.name() {
		// The published folder never changes: the same run goes into another one.
		d.run += "." + time.Now().UTC().Format("20060102T150405.000000000")
	}
	if err := os.RemoveAll(d.folder()); err != nil {
		return fmt.Errorf("remove what a former export left: %w", err)
	}
	if err := os.Mkdir(d.folder(), 0o755); err != nil {
		return fmt.Errorf("create folder of the run: %w", err)
	}
	return nil
}

// publish writes the manifest and swaps the link; all other files are on disk by now.
func (d *day) publish(m manifest) error {
	b, err := m.encode()
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := renameio.WriteFile(filepath.Join(d.folder(), manifestName), b, 0o644); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	if err := syncFolder(d.folder()); err != nil {
		return err
	}
	// The folder's own entry must be on disk before a link to it can be.
	if err := syncFolder(d.zone); err != nil {
		return err
	}
	if err := renameio.Symlink(d.name(), d.link()); err != nil {
		return fmt.Errorf("swap the day's link: %w", err)
	}
	d.done = true
	return syncFolder(d.zone)
}

// abandon removes the run's folder unless it was published.
func (d *day) abandon() {
	if !d.done {
		os.RemoveAll(d.folder())
	}
}

// sweep removes folders of the zone that no link names and that have not changed since an instant:
// replaced runs, and what crashed exports left.
func (d *day) sweep(unchangedSince time.Time) error {
	entries, err := os.ReadDir(d.zone)
	if err != nil {
		return fmt.Errorf("look for replaced exports: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") || d.linked(e.Name()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || (err == nil && info.ModTime().After(unchangedSince)) {
			continue
		}
		if err := errors.Join(err, os.RemoveAll(filepath.Join(d.zone, e.Name()))); err != nil {
			return fmt.Errorf("remove replaced export: %w", err)
		}
	}
	return nil
}

// linked says whether the day of a run's folder is published from that folder.
func (d *day) linked(name string) bool {
	date, _, _ := strings.Cut(name[1:], ".")
	target, err := os.Readlink(filepath.Join(d.zone, date))
	return err == nil && target == name
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open folder to sync it: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}
