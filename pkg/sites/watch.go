package sites

import (
	"bytes"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/configfile"
)

// reader is the sites file that fills a directory.
type reader struct {
	path   string
	dir    *Directory
	log    *slog.Logger
	failed prometheus.Counter
	reload prometheus.Counter
	seen   []byte // what the file held when it was last read
}

// NewWatcher makes the part that reads the sites file at path again when it changes, and fills dir.
func NewWatcher(path string, dir *Directory, log *slog.Logger, reg prometheus.Registerer) *configfile.Watcher {
	w := &reader{
		path: path, dir: dir, log: log,
		reload: prometheus.NewCounter(prometheus.CounterOpts{Name: "footfall_sites_reloads_total", Help: "Times the sites file was read again."}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "footfall_sites_reload_failures_total", Help: "Times a changed sites file could not be used."}),
	}
	reg.MustRegister(w.reload, w.failed)
	return configfile.NewWatcher("sites file", []string{path}, w.read, log)
}

// read takes the file over if it is new and good. Half-written files fail to parse and are read
// again at their next event; other files of the folder cause events too, and change nothing.
func (w *reader) read() {
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
