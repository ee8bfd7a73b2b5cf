package collector

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what the collector counts.
type metrics struct {
	requests         *prometheus.CounterVec // by code and reason
	events           *prometheus.CounterVec // by result and reason
	accepted         [2]prometheus.Counter  // the usual ones of both: requests with 202, events accepted
	ack              prometheus.Histogram
	forwardedInvalid prometheus.Counter
}

// Results of an event; a failed one was good, but was not acknowledged.
const (
	resultAccepted = "accepted"
	resultRejected = "rejected"
	resultFailed   = "failed"
)

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_collector_requests_total", Help: "Requests by status code and reason."}, []string{"code", "reason"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_collector_events_total", Help: "Events by result and reason."}, []string{"result", "reason"}),
		ack: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "footfall_collector_ack_seconds", Help: "How long the publisher took to acknowledge.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}),
		forwardedInvalid: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "footfall_collector_forwarded_invalid_total", Help: "Requests of a trusted proxy whose forwarded header held no address."}),
	}
	reg.MustRegister(m.requests, m.events, m.ack, m.forwardedInvalid)
	m.accepted[0] = m.requests.WithLabelValues("202", "ok")
	m.accepted[1] = m.events.WithLabelValues(resultAccepted, "ok")
	return m
}

// accept counts a request that is answered with 202, and its accepted events.
func (m *metrics) accept(events int) {
	m.accepted[0].Inc()
	m.accepted[1].Add(float64(events))
}

func (m *metrics) request(code int, reason string) {
	m.requests.WithLabelValues(strconv.Itoa(code), reason).Inc()
}

func (m *metrics) count(result, reason string, n int) {
	if n > 0 {
		m.events.WithLabelValues(result, reason).Add(float64(n))
	}
}
