package alerts

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	messages *prometheus.CounterVec
	errors   prometheus.Counter
	holding  prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_alerts_messages_total", Help: "Attempts to send an alert, by channel and how they ended."}, []string{"channel", "state"}),
		errors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "footfall_alerts_errors_total", Help: "Rules that could not be looked at, told or written down, at each look."}),
		holding: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "footfall_alerts_holding", Help: "Rules that hold."}),
	}
	reg.MustRegister(m.messages, m.errors, m.holding)
	return m
}
