package consumer

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	lag, lagSeconds, gaps *prometheus.GaugeVec
	generation            prometheus.Gauge
	rows, retries         prometheus.Counter
	seconds               prometheus.Histogram
	dead, recoveries      *prometheus.CounterVec
	lost, stalls          prometheus.Counter
}

func newMetrics(r prometheus.Registerer) metrics {
	f := promauto.With(r)
	counter := func(name, help string) prometheus.Counter {
		return f.NewCounter(prometheus.CounterOpts{Name: "footfall_consumer_" + name, Help: help})
	}
	perPartition := func(name, help string) *prometheus.GaugeVec {
		return f.NewGaugeVec(prometheus.GaugeOpts{Name: "footfall_consumer_" + name, Help: help}, []string{"partition"})
	}
	by := func(label, name, help string) *prometheus.CounterVec {
		return f.NewCounterVec(prometheus.CounterOpts{Name: "footfall_consumer_" + name, Help: help}, []string{label})
	}
	return metrics{
		lag:        perPartition("lag_records", "Records in Kafka that are not committed yet."),
		lagSeconds: perPartition("lag_seconds", "Age of the oldest record that is not committed yet; 0 without lag. Only partitions that this process has."),
		gaps:       perPartition("audit_gap_records", "Offsets that the last audit did not find in ClickHouse, or found twice."),
		generation: f.NewGauge(prometheus.GaugeOpts{
			Name: "footfall_consumer_generation", Help: "Generation of the consumer group that this process works in.",
		}),
		rows:    counter("insert_rows_total", "Events written into the warehouse."),
		retries: counter("insert_retries_total", "Inserts that failed and are tried again."),
		seconds: f.NewHistogram(prometheus.HistogramOpts{
			Name: "footfall_consumer_insert_seconds", Help: "How long one insert took that worked.",
			Buckets: prometheus.ExponentialBuckets(0.005, 2, 14),
		}),
		dead:       by("reason", "dead_letters_total", "Records that could not become events."),
		recoveries: by("outcome", "recoveries_total", "What was found of the batches that an earlier worker had meant to insert, and of changed places."),
		lost:       counter("lost_records_total", "Records that Kafka deleted before they were read."),
		stalls:     counter("stalls_total", "Generations closed because a partition made no progress."),
	}
}
