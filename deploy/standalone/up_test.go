package main

import (
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/credentials"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// The embedded Kafka has no TLS and no users: settings that only look safe are refused.
func TestUpRefusesKafkaSecurity(t *testing.T) {
	f := func(change func(*stream.Config), want string) {
		t.Helper()
		up := Up{ClickhouseAddr: "127.0.0.1:9000", ClickhouseHTTPAddr: "127.0.0.1:8123", Kafka: stream.Config{Addr: []string{"127.0.0.1:9092"}}}
		change(&up.Kafka)
		if err := up.Validate(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	f(func(*stream.Config) {}, "")
	f(func(c *stream.Config) { c.TLS = credentials.TLS{On: true} }, "neither TLS nor users")
	f(func(c *stream.Config) { c.Login.User = "footfall" }, "neither TLS nor users")
}
