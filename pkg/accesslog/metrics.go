package accesslog

import (
	"sync/atomic"
	"time"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics is what a Follower tells of itself.
type metrics struct {
	lines    prometheus.Counter
	skipped  *prometheus.CounterVec
	position *prometheus.GaugeVec
	shown    map[string]bool // files that position has
	behind   atomic.Int64    // Unix nanoseconds since when lines have been waiting; 0 when none are
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		lines: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "footfall_shipper_lines_total", Help: "Log lines read.",
		}),
		skipped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_shipper_skipped_total", Help: "Log lines that are no views, and views that the collector refused (rejected_…).",
		}, []string{"reason"}),
		position: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "footfall_shipper_position_bytes", Help: "Place in each log up to which the collector has acknowledged.",
		}, []string{"file"}),
	}
	lag := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "footfall_shipper_lag_seconds", Help: "How long the oldest line that has not been acknowledged has been waiting.",
	}, m.lag)
	reg.MustRegister(m.lines, m.skipped, m.position, lag)
	return m
}

func (m *metrics) lag() float64 {
	if since := m.behind.Load(); since != 0 {
		return time.Since(time.Unix(0, since)).Seconds()
	}
	return 0
}

// count counts a line, and why it is no view.
func (m *metrics) count(reason format.Reason) {
	m.lines.Inc()
	if reason != "" {
		m.skipped.WithLabelValues(string(reason)).Inc()
	}
}

// waiting notes that lines wait for their acknowledgement, or that none do.
func (m *metrics) waiting(some bool, now time.Time) {
	if some {
		m.behind.CompareAndSwap(0, now.UnixNano())
	} else {
		m.behind.Store(0)
	}
}

// places shows the open logs' places, and no others.
func (m *metrics) places(open []*tail) {
	shown := make(map[string]bool, len(open))
	for _, t := range open {
		m.position.WithLabelValues(t.path).Set(float64(t.done))
		shown[t.path] = true
	}
	for path := range m.shown {
		if !shown[path] {
			m.position.DeleteLabelValues(path)
		}
	}
	m.shown = shown
}
