package accesslog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFollowFullDisk: while there is no room for the checkpoint, lines are shipped all the same, the
// old checkpoint stays whole, and what is posted again after a restart has the same ids.
func TestFollowFullDisk(t *testing.T) {
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("a small file system needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(small, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	state := func(f *Follower) { f.cfg.State = filepath.Join(small, "state.json") }
	c, dir := newCollector(t), t.TempDir()
	put(t, dir, "access.log", logLine("/1", 1))
	f := follow(t, c, dir, state)
	f.settled("access.log")

	fill := filepath.Join(small, "fill")
	if err := os.WriteFile(fill, bytes.Repeat([]byte("x"), 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	put(t, dir, "access.log", logLine("/2", 2))
	f.hear("the place in the logs is not kept")
	c.waitFor("/1", "/2")
	c.wantOnce()
	f.stop()
	remove(t, small, "fill")

	put(t, dir, "access.log", logLine("/3", 3))
	f = follow(t, c, dir, state)
	c.waitFor("/1", "/2", "/3")
	f.settled("access.log")
	if n := len(c.ids()); n != 3 {
		t.Errorf("3 views became %d events", n)
	}
}
