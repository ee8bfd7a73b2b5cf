// Command footfall is the whole product in one process: the five services on an embedded Kafka and
// an embedded ClickHouse, and every command of every service.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/services"
)

// commands is the command line of bin/footfall.
type commands struct {
	Up        Up                 `cmd:"" help:"Run everything: the five services, an embedded Kafka and an embedded ClickHouse."`
	Collector services.Collector `cmd:"" help:"Commands of the collector."`
	Consumer  services.Consumer  `cmd:"" help:"Commands of the consumer."`
	Rollup    services.Rollup    `cmd:"" help:"Commands of the rollup."`
	Shipper   services.Shipper   `cmd:"" help:"Commands of the shipper."`
	Dashboard services.Dashboard `cmd:"" help:"Commands of the dashboard."`
	Health    services.Health    `cmd:"" help:"Ask the running process whether it is ready."`
}

func main() {
	if err := findToken(); err != nil {
		fmt.Fprintf(os.Stderr, "footfall: %v\n", err)
		os.Exit(1)
	}
	daemon.Exec("footfall", "Footfall tells who reads a website and for how long.", &commands{})
}

// findToken lets the shipper's commands use the token that `footfall up` has made in the data folder,
// unless a token is set.
func findToken() error {
	if os.Getenv("FOOTFALL_TOKEN") != "" || os.Getenv("FOOTFALL_TOKEN_FILE") != "" {
		return nil
	}
	path := filepath.Join(dataFolder(), tokenFile)
	if _, err := os.Stat(path); err != nil {
		return nil // not started here yet
	}
	if err := os.Setenv("FOOTFALL_TOKEN_FILE", path); err != nil {
		return fmt.Errorf("set the token file: %w", err)
	}
	return nil
}

func dataFolder() string {
	if dir := os.Getenv("FOOTFALL_DATA"); dir != "" {
		return dir
	}
	return "data"
}
