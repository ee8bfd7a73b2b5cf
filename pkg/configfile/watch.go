package configfile

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Files are written in pieces: they are read once their folders were quiet for settle, and after patience
// in any case, since something else may write there all the time.
const (
	settle   = 500 * time.Millisecond
	patience = 5 * time.Second
)

// Watcher is a part that says when files may have changed. It watches their folders, because editors
// and Kubernetes replace files rather than write to them.
type Watcher struct {
	what    string
	paths   []string
	changed func()
	log     *slog.Logger

	watcher *fsnotify.Watcher
	done    sync.WaitGroup
}

// NewWatcher makes a watcher of files whose folders exist. It calls changed, never twice at once, when it
// starts and after anything happened in a folder: also for nothing, so changed compares what it reads.
// What names the files in errors, as "sites file".
func NewWatcher(what string, paths []string, changed func(), log *slog.Logger) *Watcher {
	return &Watcher{what: what, paths: paths, changed: changed, log: log}
}

// Start begins to watch.
func (w *Watcher) Start(context.Context) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", w.what, err)
	}
	for _, path := range w.paths {
		if err := watcher.Add(filepath.Dir(path)); err != nil {
			watcher.Close()
			return fmt.Errorf("watch folder of %s %s: %w", w.what, path, err)
		}
	}
	w.watcher = watcher
	w.done.Go(w.run)
	return nil
}

func (w *Watcher) run() {
	quiet := time.NewTimer(0) // they may have changed between their first reading and the start of the watch
	defer quiet.Stop()
	var latest time.Time // when changed is called at the latest; zero without a change
	for {
		select {
		case ev, ok := <-w.watcher.Events:
			if !ok {
				return
			}
			if ev.Op == fsnotify.Chmod {
				continue
			}
			if latest.IsZero() {
				latest = time.Now().Add(patience)
			}
			quiet.Reset(min(settle, time.Until(latest)))
		case <-quiet.C:
			latest = time.Time{}
			w.changed()
		case err, ok := <-w.watcher.Errors:
			if !ok {
				return
			}
			w.log.Error("watch "+w.what, "err", err)
		}
	}
}

// Stop ends the watching.
func (w *Watcher) Stop(context.Context) error {
	err := w.watcher.Close()
	w.done.Wait()
	return err
}
