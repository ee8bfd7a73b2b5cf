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
	Export    services.Export    `cmd:"" help:"Write daily tables of any range of days as CSV or Parquet files."`
	Snippet   services.Snippet   `cmd:"" help:"Print the script tag for a site."`
	Doctor    services.Doctor    `cmd:"" help:"Look at a page and say what is wrong with its tag."`
	Weekly    services.Weekly    `cmd:"" help:"Write the weekly report of a site into a file."`
	Health    services.Health    `cmd:"" help:"Ask the running process whether it is ready."`
}

func main() {
	if err := useDataFolder(); err != nil {
		fmt.Fprintf(os.Stderr, "footfall: %v\n", err)
		os.Exit(1)
	}
	daemon.Exec("footfall", "Footfall tells who reads a website and for how long.", &commands{})
}

// useDataFolder lets the commands work as `footfall up` does on the same data folder: with the token
// that it has made there, and with the export folder in it, unless settings say otherwise.
func useDataFolder() error {
	data := dataFolder()
	if _, err := os.Stat(filepath.Join(data, tokenFile)); err != nil {
		return nil // not started here yet
	}
	defaults := map[string]string{exportVariable: filepath.Join(data, exportFolder)}
	if os.Getenv("FOOTFALL_TOKEN") == "" {
		defaults["FOOTFALL_TOKEN_FILE"] = filepath.Join(data, tokenFile)
	}
	for name, value := range defaults {
		if _, set := os.LookupEnv(name); set {
			continue
		}
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
	}
	return nil
}

// Where published days are written as files, and where events wait for Kafka; a variable that is set but
// empty turns that off.
const (
	exportVariable = "FOOTFALL_EXPORT_DIR"
	exportFolder   = "export"
	spoolVariable  = "FOOTFALL_SPOOL_DIR"
	spoolFolder    = "spool"
)

func dataFolder() string {
	if dir := os.Getenv("FOOTFALL_DATA"); dir != "" {
		return dir
	}
	return "data"
}
