package stream

import (
	"testing"
	"time"
)

func TestConfigRefuses(t *testing.T) {
	f := func(name string, change func(*Config)) {
		t.Helper()
		cfg := Config{
			Addr: []string{"127.0.0.1:9092"}, Topic: "events", Partitions: 1, Replication: 1,
			Retention: time.Hour, Timeout: time.Second,
		}
		if err := cfg.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&cfg)
		if cfg.Validate() == nil {
			t.Errorf("%s was taken: %+v", name, cfg)
		}
	}
	f("no broker", func(c *Config) { c.Addr = nil })
	f("broker without port", func(c *Config) { c.Addr = []string{"kafka"} })
	f("no topic", func(c *Config) { c.Topic = "" })
	f("no partition", func(c *Config) { c.Partitions = 0 })
	f("too many partitions", func(c *Config) { c.Partitions = 10_001 })
	f("no copy", func(c *Config) { c.Replication = 0 })
	f("retention of a minute", func(c *Config) { c.Retention = time.Minute })
	f("no time", func(c *Config) { c.Timeout = 0 })
	f("authority without TLS", func(c *Config) { c.TLS.CAFile = "ca.pem" })
	f("login without a user", func(c *Config) { c.Login.SASL = "plain" })
}

func TestProducerConfigRefuses(t *testing.T) {
	f := func(name string, change func(*ProducerConfig)) {
		t.Helper()
		cfg := ProducerConfig{
			PublishTimeout: time.Second, SpoolAfter: time.Second, InFlight: 1, BatchRecords: 1, BatchBytes: 1, QueueRecords: 1, QueueBytes: 1,
		}
		if err := cfg.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&cfg)
		if cfg.Validate() == nil {
			t.Errorf("%s was taken: %+v", name, cfg)
		}
	}
	f("no time", func(c *ProducerConfig) { c.PublishTimeout = 0 })
	f("no time before the spool", func(c *ProducerConfig) { c.SpoolAfter = 0 })
	f("nothing in flight", func(c *ProducerConfig) { c.InFlight = 0 })
	f("no record", func(c *ProducerConfig) { c.BatchRecords = 0 })
	f("no byte", func(c *ProducerConfig) { c.BatchBytes = -1 })
	f("no queue", func(c *ProducerConfig) { c.QueueRecords = 0 })
	f("no queue bytes", func(c *ProducerConfig) { c.QueueBytes = 0 })
	if (SourceConfig{}).Validate() == nil {
		t.Error("an empty group was taken")
	}
}
