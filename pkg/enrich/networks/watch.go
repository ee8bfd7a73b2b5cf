package networks

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/prometheus/client_golang/prometheus"
)

// settle is how long a folder must be quiet before its files are read: they are large, and written in pieces.
const settle = 500 * time.Millisecond

// metrics are what is counted by setting.
type metrics struct{ reloads, failures *prometheus.CounterVec }

func newMetrics(reg prometheus.Registerer) metrics {
	m := metrics{
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_networks_reloads_total", Help: "Times a changed file with networks was taken over, by setting."}, []string{"setting"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_networks_reload_failures_total", Help: "Times a changed file with networks could not be used, by setting."}, []string{"setting"}),
	}
	reg.MustRegister(m.reloads, m.failures)
	return m
}

// Watcher is a part that reads the files again when they change. It watches their folders, because files
// are rather replaced than written to.
type Watcher struct {
	networks *Networks
	watcher  *fsnotify.Watcher
	done     sync.WaitGroup
}

// Watcher makes the part.
func (n *Networks) Watcher() *Watcher { return &Watcher{networks: n} }

// Start begins to watch.
func (w *Watcher) Start(context.Context) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch networks files: %w", err)
	}
	for _, f := range w.networks.files {
		if f.path == "" {
			continue
		}
		if err := watcher.Add(filepath.Dir(f.path)); err != nil {
			watcher.Close()
			return fmt.Errorf("watch folder of networks file %s: %w", f.path, err)
		}
	}
	w.watcher = watcher
	w.done.Go(w.run)
	return nil
}

func (w *Watcher) run() {
	quiet := time.NewTimer(0) // they may have changed between the first reading and the start of the watch
	defer quiet.Stop()
	for {
		select {
		case ev, ok := <-w.watcher.Events:
			if !ok {
				return
			}
			if ev.Op != fsnotify.Chmod {
				quiet.Reset(settle)
			}
		case <-quiet.C:
			w.networks.reload()
		case err, ok := <-w.watcher.Errors:
			if !ok {
				return
			}
			w.networks.log.Error("watch networks files", "err", err)
		}
	}
}

// reload takes over the files that have changed and are good. Only the watcher calls it.
func (n *Networks) reload() {
	var taken []*file
	for _, f := range n.files {
		if f.path == "" {
			continue
		}
		switch changed, err := f.read(); {
		case err != nil:
			n.metrics.failures.WithLabelValues(f.setting).Inc()
			n.log.Error("keep the last good networks file", "setting", f.setting, "version", f.version, "err", err)
		case changed:
			taken = append(taken, f)
		}
	}
	if len(taken) > 0 {
		n.current.Store(snapshotOf(n.files))
	}
	for _, f := range taken {
		n.metrics.reloads.WithLabelValues(f.setting).Inc()
		n.log.Info("networks file read", "setting", f.setting, "path", f.path, "version", f.version)
	}
}

// Stop ends the watching.
func (w *Watcher) Stop(context.Context) error {
	err := w.watcher.Close()
	w.done.Wait()
	return err
}
