// Command consumer writes events from Kafka into ClickHouse.
package main

import (
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/services"
)

func main() {
	daemon.Exec("consumer", "Footfall consumer: writes events from Kafka into ClickHouse.", &services.Consumer{})
}
