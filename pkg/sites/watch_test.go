package sites

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// watched is a sites file with its watcher, started after the file was last written by before.
type watched struct {
	t    *testing.T
	path string
	dir  *Directory
	reg  *prometheus.Registry
}

func watch(t *testing.T, first string, before func(path string)) *watched {
	t.Helper()
	w := &watched{t: t, path: filepath.Join(t.TempDir(), "sites.yaml"), reg: prometheus.NewRegistry()}
	w.write(w.path, first)
	dir, err := Config{Sites: w.path}.Directory()
	if err != nil {
		t.Fatal(err)
	}
	w.dir = dir
	before(w.path)
	watcher := NewWatcher(w.path, dir, slog.New(slog.DiscardHandler), w.reg)
	if err := watcher.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := watcher.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *watched) write(path, content string) {
	w.t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// until waits for what the watcher does in its own time.
func (w *watched) until(what string, ok func() bool) {
	w.t.Helper()
	tick, deadline := time.NewTicker(5*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("waited in vain: %s", what)
		}
	}
}

func (w *watched) knows(key string) bool {
	_, ok := w.dir.Lookup(key)
	return ok
}

func (w *watched) counter(name string) float64 {
	w.t.Helper()
	families, err := w.reg.Gather()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	return 0
}

func TestWatcherReadsAChangedFile(t *testing.T) {
	w := watch(t, "sites: [{key: a}]", func(string) {})
	w.write(w.path, "sites: [{key: b}]")
	w.until("written", func() bool { return w.knows("b") && !w.knows("a") })

	w.write(w.path+".new", "sites: [{key: c}]")
	if err := os.Rename(w.path+".new", w.path); err != nil {
		t.Fatal(err)
	}
	w.until("replaced", func() bool { return w.knows("c") && !w.knows("b") })
}

func TestWatcherKeepsTheLastGoodSites(t *testing.T) {
	w := watch(t, "sites: [{key: a}]", func(string) {})
	w.write(w.path, "sites: [{key: a/b}]")
	w.until("the failure is counted", func() bool { return w.counter("footfall_sites_reload_failures_total") > 0 })
	if !w.knows("a") {
		t.Error("a wrong file took the sites away")
	}
	w.write(w.path, "sites: [{key: c}]")
	w.until("mended", func() bool { return w.knows("c") })
}

func TestWatcherSeesAChangeFromBeforeItsStart(t *testing.T) {
	w := watch(t, "sites: [{key: a}]", func(path string) {
		if err := os.WriteFile(path, []byte("sites: [{key: b}]"), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	w.until("read at the start", func() bool { return w.knows("b") })
}

func TestWatcherPassesOverOtherFiles(t *testing.T) {
	w := watch(t, "sites: [{key: a}]", func(string) {})
	for range 20 {
		w.write(filepath.Join(filepath.Dir(w.path), "other"), "x")
	}
	whole := filepath.Join(t.TempDir(), "whole") // one that is written in its place is empty for a moment, and may be read then
	w.write(whole, "sites: [{key: b}]")
	if err := os.Rename(whole, w.path); err != nil {
		t.Fatal(err)
	}
	w.until("written", func() bool { return w.knows("b") })
	// Once at the start and once for the change.
	if n := w.counter("footfall_sites_reloads_total"); n > 2 {
		t.Errorf("read %v times", n)
	}
}
