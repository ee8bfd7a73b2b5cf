package spool

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	appended, drained, aside prometheus.Counter
	corrupt, refusals        *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer, s *Spool) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "footfall_collector_spool_" + name, Help: help})
	}
	vector := func(name, help string, reasons ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footfall_collector_spool_" + name, Help: help}, []string{"reason"})
		for _, reason := range reasons {
			v.WithLabelValues(reason)
		}
		return v
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "footfall_collector_spool_" + name, Help: help}, value)
	}
	m := &metrics{
		appended: counter("appended_total", "Records that were synced to the spool."),
		drained:  counter("drained_total", "Records of the spool that Kafka has acknowledged."),
		aside:    counter("set_aside_total", "Records of the spool that Kafka refused for good; they are kept in .refused files."),
		corrupt: vector("corrupt_total", "Records of the spool that were damaged, by what was wrong.",
			lostHeader, lostChecksum, lostTorn, lostUnreadable),
		refusals: vector("refusals_total", "Appends that the spool refused, by reason.", "full", "busy", "closed", "failed"),
	}
	reg.MustRegister(m.appended, m.drained, m.aside, m.corrupt, m.refusals,
		gauge("bytes", "Bytes in the spool's folder.", func() float64 { return float64(s.count(&s.bytes)) }),
		gauge("records", "Records in the spool that Kafka has not acknowledged.", func() float64 {
			s.mu.Lock()
			defer s.mu.Unlock()
			return float64(s.records)
		}),
		gauge("oldest_seconds", "How long the oldest record in the spool may have waited.", func() float64 { return s.oldest().Seconds() }))
	return m
}

func (m *metrics) lost(reason string, records int) {
	m.corrupt.WithLabelValues(reason).Add(float64(records))
}

func (m *metrics) refused(err error) { m.refusals.WithLabelValues(reasonOf(err)).Inc() }

// count reads a number that mu guards.
func (s *Spool) count(n *int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *n
}
