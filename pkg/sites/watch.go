package sites

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/fsnotify/fsnotify"
	"github.com/prometheus/client_golang/prometheus"
)

// Watcher is a part that reads the sites file again whenever it changes. It watches the file's
// folder, because editors and Kubernetes replace the file rather than write to it.
type Watcher struct {
	path   string
	dir    *Directory
	log    *slog.Logger
	failed prometheus.Counter
	reload prometheus.Counter

	watcher *fsnotify.Watcher
	done    sync.WaitGroup
	seen    []byte // what the file held when it was last read
}

// NewWatcher makes the watcher of the sites file at path, which fills dir.
func NewWatcher(path string, dir *Directory, log *slog.Logger, reg prometheus.Registerer) *Watcher {
	w := &Watcher{
		path: path, dir: dir, log: log,
		reload: prometheus.NewCounter(prometheus.CounterOpts{Name: "footfall_sites_reloads_total", Help: "Times the sites file was read again."}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "footfall_sites_reload_failures_total", Help: "Times a changed sites file could not be used."}),
	}
	reg.MustRegister(w.reload, w.failed)
	return w
}

// Start begins to watch.
func (w *Watcher) Start(context.Context) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch sites file: %w", err)
	}
	if err := watcher.Add(filepath.Dir(w.path)); err != nil {
		watcher.Close()
		return fmt.Errorf("watch folder of sites file %s: %w", w.path, err)
	}
	w.watcher = watcher
	w.done.Go(w.run)
	return nil
}

func (w *Watcher) run() {
	w.read() // it may have changed between its first reading and the start of the watch
	for {
		select {
		case ev, ok := <-w.watcher.Events:
			if !ok {
				return
			}
			if ev.Op != fsnotify.Chmod {
				w.read()
			}
		case err, ok := <-w.watcher.Errors:
			if !ok {
				return
			}
			w.log.Error("watch sites file", "path", w.path, "err", err)
		}
	}
}

// read takes the file over if it is new and good. Half-written files fail to parse and are read
// again at their next event; other files of the folder cause events too, and change nothing.
func (w *Watcher) read() {
	content, err := os.ReadFile(w.path)
	if err == nil && w.seen != nil && bytes.Equal(content, w.seen) {
		return
	}
	w.seen = content
	var sites []Site
	if err == nil {
		sites, err = parseFile(w.path, content)
	}
	if err != nil {
		w.failed.Inc()
		w.log.Error("keep the last good sites", "err", err)
		return
	}
	w.dir.set(sites)
	w.reload.Inc()
	w.log.Info("sites file read", "path", w.path, "sites", len(sites))
}

// Stop ends the watching.
func (w *Watcher) Stop(context.Context) error {
	err := w.watcher.Close()
	w.done.Wait()
	return err
}
