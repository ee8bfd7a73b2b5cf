package extract

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	reads   *prometheus.CounterVec
	calls   *prometheus.CounterVec
	refused *prometheus.CounterVec
	written *prometheus.CounterVec
	last    *prometheus.GaugeVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		reads:   counter("footfall_extract_reads_total", "Attempts to read a source, by outcome: ok or the kind of failure.", "source", "outcome"),
		calls:   counter("footfall_extract_calls_total", "Calls of other servers.", "source"),
		refused: counter("footfall_extract_refused_total", "Entries of calendars that could not be used, by reason.", "source", "reason"),
		written: counter("footfall_extract_written_total", "Events that were written because they changed.", "source"),
		last: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "footfall_extract_last_success_timestamp", Help: "When a source was last read, seconds since 1970."}, []string{"source"}),
	}
	reg.MustRegister(m.reads, m.calls, m.refused, m.written, m.last)
	return m
}
