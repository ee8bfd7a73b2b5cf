// Package kills ends runs with kill -9 at named steps, and holds what a restart makes of that against
// the oracle. The engine and the run are processes of their own: this test binary, started again. What
// they say to each other passes a proxy, which knows every statement by its file in schemas/ and so can
// kill exactly before one reaches the engine, while it is at work, or after it has answered.
package kills

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"

	_ "time/tzdata"
)

// What makes the test binary another process: the folder of an engine, or the order of a runner.
const (
	engineFolder = "KILLS_ENGINE_FOLDER"
	runnerOrder  = "KILLS_RUNNER_ORDER"
)

// order is what a runner is to do.
type order struct {
	Addr, Date, Zone string
	Sites            []string
}

func TestMain(m *testing.M) {
	dir, what := os.Getenv(engineFolder), os.Getenv(runnerOrder)
	var err error
	switch {
	case dir != "":
		err = serveEngine(dir)
	case what != "":
		err = runOrder(what)
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveEngine prints its address and serves until its input ends, at most half an hour.
func serveEngine(dir string) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	db, err := embedded.StartIn(ctx, dir)
	defer func() { err = errors.Join(err, db.Stop(context.WithoutCancel(ctx))) }()
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, db.NativeAddr)
	ended := make(chan error, 1)
	go func() { _, err := io.Copy(io.Discard, os.Stdin); ended <- err }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// runOrder runs one day.
func runOrder(what string) (err error) {
	var o order
	if err := json.Unmarshal([]byte(what), &o); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	date, err := ledger.ParseDate(o.Date, time.Time{})
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(o.Zone)
	if err != nil {
		return err
	}
	store, err := embedded.Open(o.Addr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Stop(context.WithoutCancel(ctx))) }()
	store.ViewsPerBucket = viewsPerBucket
	_, err = newRunner(store).Run(ctx, ledger.Day{Date: date, Zone: zone}, ledger.Selection{Sites: o.Sites}, true)
	return err
}

// viewsPerBucket cuts a day of these tests into several buckets, so that its tables have parts to merge.
const viewsPerBucket = 30

// stored is a stream that holds nothing: these tests insert into the warehouse themselves.
type stored struct{}

func (stored) AwaitStored(context.Context) error { return nil }

// both computes days and remembers them.
type both interface {
	rollup.Warehouse
	rollup.Ledger
}

func newRunner(w both) *rollup.Runner {
	cfg := rollup.Config{Grace: time.Hour, Every: time.Second, Refresh: time.Hour, Wait: time.Minute}
	return rollup.NewRunner(cfg, w, w, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
}
