package rollup

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Metrics are the counters that a Runner fills.
type Metrics struct{ *metrics }

type metrics struct {
	last     *prometheus.GaugeVec
	duration prometheus.Histogram
	runs     *prometheus.CounterVec
	due      prometheus.Gauge
	broken   prometheus.Counter
	alerts   *prometheus.CounterVec
	leader   prometheus.Gauge
	unlogged prometheus.Counter
	requests *prometheus.CounterVec
}

// NewMetrics registers the rollup's metrics.
func NewMetrics(reg prometheus.Registerer) Metrics {
	m := &metrics{
		last: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "footfall_rollup_last_success_timestamp", Help: "When a day was last published, seconds since 1970, by time zone."}, []string{"tz"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "footfall_rollup_duration_seconds", Help: "How long a run took.", Buckets: prometheus.ExponentialBuckets(0.05, 2, 15)}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_rollup_runs_total", Help: "Ended runs, by state."}, []string{"state"}),
		due: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "footfall_rollup_stale_days", Help: "Days that were missing or out of date at the last comparison."}),
		broken: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "footfall_rollup_mended_days_total", Help: "Days whose published rows were not those of the ledger."}),
		alerts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_rollup_alerts_total", Help: "Alerts raised, by reason."}, []string{"reason"}),
		leader: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "footfall_rollup_leader", Help: "Whether this process runs the days, 1 or 0."}),
		unlogged: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "footfall_rollup_log_errors_total", Help: "Steps of runs that could not be written into the log."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_rollup_requests_total", Help: "Requests of people that were answered, by how they ended."}, []string{"state"}),
	}
	reg.MustRegister(m.last, m.duration, m.runs, m.due, m.broken, m.alerts, m.leader, m.unlogged, m.requests)
	return Metrics{m}
}

func (m *metrics) observe(run ledger.Run) {
	m.runs.WithLabelValues(string(run.State)).Inc()
	m.duration.Observe(run.Updated.Sub(run.Started).Seconds())
	if run.State != ledger.Failed {
		m.last.WithLabelValues(run.Zone).Set(float64(run.Updated.UnixMilli()) / 1000)
	}
}
