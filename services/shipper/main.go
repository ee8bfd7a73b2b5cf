// Command shipper sends access logs to the collector.
package main

import (
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/services"
)

func main() {
	daemon.Exec("shipper", "Footfall shipper: sends access logs to the collector.", &services.Shipper{})
}
