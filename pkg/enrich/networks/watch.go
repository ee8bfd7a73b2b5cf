package networks

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/configfile"
)

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

// Watcher makes the part that reads the files again when they change.
func (n *Networks) Watcher() *configfile.Watcher {
	var paths []string
	for _, f := range n.files {
		if f.path != "" {
			paths = append(paths, f.path)
		}
	}
	return configfile.NewWatcher("networks files", paths, n.reload, n.log)
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
