// Package browser runs the beacon in a real Chromium, against the built product: a site's pages on one
// address, the collector behind a door that keeps what the browser handed over, and the rows of events
// and of the daily tables at the end.
package browser

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

var (
	visits = flag.Int("visits", 25, "scripted visits with random closes")
	seed   = flag.Uint64("seed", 0, "seed of the random closes; drawn when 0")
)

// What all tests share: bin/footfall, built for this run, and a running one with an empty data folder.
// Each test counts for a site of its own.
var (
	binary  string
	product *footfall
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *seed == 0 {
		*seed = rand.Uint64N(1 << 32)
	}
	// Most tests wait most of the time, one of them for more than a minute.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("4") // a number
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "footfall-browser")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "footfall")
	if err := instance.Build(context.Background(), binary); err != nil {
		return 0, err
	}
	if product, err = start(filepath.Join(dir, "data")); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, product.Stop()) }()
	return m.Run(), nil
}
