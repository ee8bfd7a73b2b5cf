// Package services wires the parts of pkg/ into the five services. It is where Kafka and ClickHouse
// meet; the folders below hold one main each. The standalone binary runs the same wiring in one
// process.
//
// Each service has a struct of commands for the command line (settings are flags and FOOTFALL_*
// variables) and an Add function that adds its parts to a process.
package services

import (
	"context"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Health is the command that asks a running service whether it is ready.
type Health struct {
	AdminAddr string `help:"Address of the service's admin server." default:"127.0.0.1:8082"`
}

// Run exits with an error when the service is not ready.
func (h *Health) Run() error { return daemon.Probe(context.Background(), h.AdminAddr) }

// serve runs a process of its own: the admin server first, so that it answers while the rest starts.
func serve(cfg daemon.Config, add func(*daemon.Process) error) error {
	p := daemon.New(cfg)
	if cfg.AdminAddr != "" {
		p.Add("admin", p.AdminServer(cfg.AdminAddr))
	}
	if err := add(p); err != nil {
		return err
	}
	return p.Run(context.Background())
}

// Directory opens the sites, and keeps them in step with their file.
func Directory(p *daemon.Process, cfg sites.Config) (*sites.Directory, error) {
	dir, err := cfg.Directory()
	if err != nil {
		return nil, err
	}
	if cfg.Sites != "" {
		p.Add("sites", sites.NewWatcher(cfg.Sites, dir, p.Log, p.Metrics))
	}
	return dir, nil
}
