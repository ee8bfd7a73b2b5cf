// Command dashboard shows the figures to people.
package main

import (
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/services"
)

func main() {
	daemon.Exec("dashboard", "Footfall dashboard: shows the figures to people.", &services.Dashboard{})
}
