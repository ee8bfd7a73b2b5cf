package consumer

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	lag     *prometheus.GaugeVec
	rows    prometheus.Counter
	seconds prometheus.Histogram
	retries prometheus.Counter
	dead    *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) metrics {
	f := promauto.With(r)
	return metrics{
		lag: f.NewGaugeVec(prometheus.GaugeOpts{
			Name: "footfall_consumer_lag_records", Help: "Records in Kafka that are not committed yet.",
		}, []string{"partition"}),
		rows: f.NewCounter(prometheus.CounterOpts{
			Name: "footfall_consumer_insert_rows_total", Help: "Events written into the warehouse, repeats after a failure included.",
		}),
		seconds: f.NewHistogram(prometheus.HistogramOpts{
			Name: "footfall_consumer_insert_seconds", Help: "How long one insert took that worked.",
			Buckets: prometheus.ExponentialBuckets(0.005, 2, 14),
		}),
		retries: f.NewCounter(prometheus.CounterOpts{
			Name: "footfall_consumer_insert_retries_total", Help: "Inserts that failed and are tried again.",
		}),
		dead: f.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_consumer_dead_letters_total", Help: "Records that could not become events.",
		}, []string{"reason"}),
	}
}

func (m metrics) setLag(lag map[int]int64) {
	for partition, records := range lag {
		m.lag.WithLabelValues(strconv.Itoa(partition)).Set(float64(records))
	}
}
