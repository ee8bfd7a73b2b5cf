package weekly

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	reports *prometheus.CounterVec
	errors  prometheus.Counter
	waiting prometheus.Gauge
	last    prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		reports: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_weekly_reports_total", Help: "Attempts to send a weekly report, by channel and how they ended."}, []string{"channel", "state"}),
		errors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "footfall_weekly_errors_total", Help: "Sites whose weekly report could not be made, sent or written down, at each look."}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "footfall_weekly_waiting", Help: "Recipients whose report is due and not sent."}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "footfall_weekly_last_success_timestamp", Help: "When a weekly report was last sent by this process, seconds since 1970."}),
	}
	reg.MustRegister(m.reports, m.errors, m.waiting, m.last)
	return m
}
