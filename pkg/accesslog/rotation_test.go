package accesslog

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// pack compresses a file of the folder as logrotate does, and returns what it holds.
func pack(t *testing.T, folder, name, ending string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	packed := zipped(t, string(text))
	if ending == ".zst" {
		w, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		packed = string(w.EncodeAll(text, nil))
	}
	put(t, folder, name+ending, packed)
	remove(t, folder, name)
	return string(text)
}

// age sets a file's modification time.
func age(t *testing.T, folder, name string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(filepath.Join(folder, name), at, at); err != nil {
		t.Fatal(err)
	}
}

// TestFollowCompressedWhileAway: the rest of a log that was rotated and compressed while nobody looked
// is shipped, and so are the logs that came and went; nothing comes twice, then or later.
func TestFollowCompressedWhileAway(t *testing.T) {
	for _, ending := range []string{".gz", ".zst", ""} {
		c, dir := newCollector(t), t.TempDir()
		put(t, dir, "access.log.3.gz", zipped(t, pages("/old"))) // before anybody followed
		age(t, dir, "access.log.3.gz", time.Now().Add(-time.Hour))
		put(t, dir, "access.log", pages("/1", "/2"))
		f := follow(t, c, dir, nil)
		f.settled("access.log")
		f.stop()

		put(t, dir, "access.log", logLine("/3", 3)+"junk\n"+logLine("/4", 4))
		rename(t, dir, "access.log", "access.log.2")
		put(t, dir, "access.log-20240507", pages("/5", "/6")+logLine("/7", 9))
		put(t, dir, "access.log.notes", pages("/none"))
		for _, name := range []string{"access.log.2", "access.log-20240507"} {
			if ending != "" {
				pack(t, dir, name, ending)
			}
			age(t, dir, name+ending, time.Now().Add(time.Minute))
		}
		put(t, dir, "access.log", logLine("/8", 8))
		f = follow(t, c, dir, nil)
		c.waitFor("/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8")
		f.settled("access.log")
		f.stop()

		put(t, dir, "access.log", logLine("/9", 9))
		f = follow(t, c, dir, nil)
		c.waitFor("/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9")
		f.settled("access.log")
		f.stop()
		c.wantOnce()
	}
}

// TestFollowCopyTruncate: lines that the copy holds and that were not read before the truncation are
// shipped from the copy, compressed or not, under the ids that they would have had.
func TestFollowCopyTruncate(t *testing.T) {
	f := func(name, ending string) {
		t.Helper()
		c, dir := newCollector(t), t.TempDir()
		put(t, dir, "access.log", pages("/1", "/2"))
		w := follow(t, c, dir, nil)
		w.settled("access.log")
		w.stop() // so that it surely reads nothing between the two
		put(t, dir, "access.log", logLine("/3", 3))
		text, err := os.ReadFile(filepath.Join(dir, "access.log"))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, name, string(text))
		if ending != "" {
			pack(t, dir, name, ending)
		}
		if err := os.WriteFile(filepath.Join(dir, "access.log"), []byte(logLine("/4", 4)), 0o600); err != nil {
			t.Fatal(err)
		}
		w = follow(t, c, dir, nil)
		c.waitFor("/1", "/2", "/3", "/4")
		w.settled("access.log")
		w.stop()
		c.wantOnce()
		imported := newCollector(t)
		mustImport(t, imported, string(text), "-")
		for id := range imported.ids() {
			if c.ids()[id] != 1 {
				t.Errorf("imported event %s has not been followed", id)
			}
		}
	}
	f("access.log.1", "")
	f("access.log.1", ".gz")
	f("access.log-20240506", ".zst")
}

// TestFollowCopyTruncateAtWork: the same while the Follower runs and the collector keeps it busy.
func TestFollowCopyTruncateAtWork(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "access.log", pages("/1", "/2"))
	c := newCollector(t)
	first := follow(t, c, dir, nil)
	first.settled("access.log")
	first.stop()

	w := follow(t, c, dir, func(f *Follower) { f.cfg.Poll = 20 * time.Millisecond })
	w.hear("resuming a log")
	put(t, dir, "access.log.1", pages("/1", "/2")+logLine("/3", 3)) // the copy has more than was ever read
	if err := os.WriteFile(filepath.Join(dir, "access.log"), []byte(logLine("/4", 4)), 0o600); err != nil {
		t.Fatal(err)
	}
	w.hear("a log begins anew")
	c.waitFor("/1", "/2", "/3", "/4")
	c.wantOnce()
}

// TestFollowSymlink: a link that is turned to a new file is followed there, and the old file to its
// end, also when that happens while nobody looks.
func TestFollowSymlink(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	turn := func(to string) {
		t.Helper()
		os.Remove(filepath.Join(dir, "access.log"))
		if err := os.Symlink(filepath.Join(dir, to), filepath.Join(dir, "access.log")); err != nil {
			t.Fatal(err)
		}
	}
	put(t, dir, "monday", pages("/1"))
	turn("monday")
	f := follow(t, c, dir, nil)
	c.waitFor("/1")
	put(t, dir, "tuesday", logLine("/2", 2))
	turn("tuesday")
	put(t, dir, "monday", logLine("/3", 3))
	c.waitFor("/1", "/2", "/3")
	f.settled("tuesday")
	f.stop()
	put(t, dir, "tuesday", logLine("/4", 4))
	put(t, dir, "wednesday", logLine("/5", 5))
	turn("wednesday")
	f = follow(t, c, dir, nil)
	c.waitFor("/1", "/2", "/3", "/4", "/5")
	f.settled("wednesday")
	c.wantOnce()
}

// TestFollowBrokenArchive: a compressed log that is damaged is shipped as far as it can be read, and
// keeps nobody from following.
func TestFollowBrokenArchive(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	put(t, dir, "access.log", pages("/1"))
	f := follow(t, c, dir, nil)
	f.settled("access.log")
	f.stop()
	put(t, dir, "access.log", logLine("/2", 2)+manyPages(2000))
	rename(t, dir, "access.log", "access.log.1")
	text := zipped(t, pack(t, dir, "access.log.1", ".gz"))
	if err := os.WriteFile(filepath.Join(dir, "access.log.1.gz"), []byte(text[:len(text)/2]), 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "access.log", logLine("/3", 3))
	f = follow(t, c, dir, nil)
	f.hear("a compressed log cannot be read to its end")
	c.waitFor("/1", "/2", "/3", "/page")
	c.wantOnce()
}

// TestFollowBesideBackup: a copy beside the log, which is still there, takes nothing away from it.
func TestFollowBesideBackup(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	put(t, dir, "access.log", pages("/1", "/2"))
	f := follow(t, c, dir, nil)
	f.settled("access.log")
	f.stop()
	put(t, dir, "access.log.gz", zipped(t, pages("/1", "/2")))
	put(t, dir, "access.log.bak", pages("/1", "/2"))
	for range 2 {
		f = follow(t, c, dir, nil)
		f.settled("access.log")
		f.stop()
	}
	put(t, dir, "access.log", logLine("/3", 3))
	f = follow(t, c, dir, nil)
	c.waitFor("/1", "/2", "/3")
	f.settled("access.log")
	c.wantOnce()
}
