package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// clickhouse is the part that holds the engine and the server in front of it.
type clickhouse struct {
	library string // path of the engine library, "" to find or fetch it
	data    string
	cfg     chserver.Config
	log     *slog.Logger

	engine *engine.Engine
	server *chserver.Server
}

// Start finds the library (the first time it is fetched), starts the engine and serves.
func (c *clickhouse) Start(ctx context.Context) (err error) {
	path := c.library
	if path == "" {
		if path, err = fetch.Library(ctx, c.log); err != nil {
			return err
		}
	}
	if c.engine, err = engine.Open(path, filepath.Join(c.data, "clickhouse"), engine.Options{}); err != nil {
		return fmt.Errorf("open engine: %w", err)
	}
	if c.server, err = chserver.New(c.engine, c.cfg, c.log); err == nil {
		err = c.server.Start()
	}
	if err != nil {
		return errors.Join(err, c.engine.Close(ctx))
	}
	return nil
}

// Stop ends the statements in progress and closes the engine.
func (c *clickhouse) Stop(ctx context.Context) error {
	return errors.Join(c.server.Stop(ctx), c.engine.Close(ctx))
}
