// Command collector takes events in and publishes them to Kafka.
package main

import (
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/services"
)

func main() {
	daemon.Exec("collector", "Footfall collector: takes events in and publishes them to Kafka.", &services.Collector{})
}
