// Package analysts goes through the analysts' door: the cookbook, the data dictionary, the libraries
// that analysts use, the Grafana dashboards and the export, on two weeks of traffic that the real
// engine holds and the real rollup has published.
package analysts

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"

	_ "time/tzdata"
)

var update = flag.Bool("update", false, "write the golden files anew")

// password is that of the user analyst.
const password = "look-only"

// db holds the weeks; no test changes it.
var db *embedded.Database

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	db, err = embedded.Start(ctx, chserver.Analyst(password))
	defer func() { err = errors.Join(err, db.Stop(context.WithoutCancel(ctx))) }()
	if err != nil {
		return 0, err
	}
	if err := seed(ctx); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-golden +got); if that is meant, run with -update:\n%s", path, diff)
	}
}
