// Command rollup keeps the daily tables in step with the events.
package main

import (
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/services"
)

func main() {
	daemon.Exec("rollup", "Footfall rollup: computes the daily tables from the events.", &services.Rollup{})
}
