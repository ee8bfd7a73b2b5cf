// Package ui looks at the dashboard with a real Chromium: the built product, its real API and engine, and
// two weeks of visits whose figures never change.
package ui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

var update = flag.Bool("update", false, "write the stored screenshots")

// product is a running one that all tests share; it opens without a password.
var (
	binary  string
	product *instance.Instance
)

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "footfall-ui")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "footfall")
	if err := instance.Build(ctx, binary); err != nil {
		return 0, err
	}
	rules, err := rulesFile(dir)
	if err != nil {
		return 0, err
	}
	cities, err := citiesFile(dir)
	if err != nil {
		return 0, err
	}
	systems, err := systemsFile(dir)
	if err != nil {
		return 0, err
	}
	if product, err = instance.New(binary, filepath.Join(dir, "data"), "FOOTFALL_CONSUMER_BATCH_WAIT=100ms", "FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0",
		"FOOTFALL_DASHBOARD_ALERTS="+rules, "FOOTFALL_ENRICH_COUNTRY="+cities, "FOOTFALL_ENRICH_ASN="+systems); err != nil {
		return 0, err
	}
	if err := product.Start(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, product.Stop()) }()
	if err := seed(ctx, product, 14); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// dashboard is the dashboard's URL.
func dashboard(p *instance.Instance) string { return "http://" + p.Addrs["DASHBOARD_ADDR"] }
