// Package faults tries to break the path of an event from the collector's socket into ClickHouse, and
// checks the invariants of the guarantees from a journal that the load generator keeps.
//
// Every process is a child of the test: the services as built, a real Apache Kafka or the embedded one,
// and the embedded ClickHouse. Each can be killed, paused and started again on the same ports and
// folders, and a fault proxy stands on the way to Kafka and to ClickHouse. What happens is drawn from a
// seed and tied to what can be observed (so many acknowledged, so many stored), never to the clock; a
// failing seed prints how to run it again.
package faults

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	_ "time/tzdata"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

var (
	seed   = flag.Uint64("seed", 1, "first seed")
	seeds  = flag.Int("seeds", 1, "how many seeds of TestKills to run")
	kills  = flag.Int("kills", 6, "kills of one seed of TestKills")
	only   = flag.String("only", "", "kill at those moments only whose names begin so")
	all    = flag.Bool("all", false, "run every scenario on both kinds of Kafka")
	rounds = flag.Int("rounds", 3, "rounds of the scenarios that repeat themselves")
	faster = flag.Bool("expel", true, "take a killed consumer out of its group at once instead of waiting for its session to end")
)

// footfall is bin/footfall, built for this run; its commands are the services.
var footfall string

// children are what this test binary can be besides a test: the processes to be killed.
var children = map[string]func(args []string) error{"engine": beEngine, "kafka": beKafka}

// childVariable in the environment makes the test binary one of the children.
const childVariable = "FOOTFALL_TEST_FAULTS_CHILD"

func TestMain(m *testing.M) {
	if be, ok := children[os.Getenv(childVariable)]; ok {
		if err := be(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "footfall-faults")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	footfall = filepath.Join(dir, "footfall")
	if err := instance.Build(context.Background(), footfall); err != nil {
		return 0, err
	}
	zerolog.SetGlobalLevel(zerolog.Disabled) // the proxies talk through it
	shared = &fixtures{dir: dir, brokers: map[string]broker{}}
	defer shared.stop()
	return m.Run(), nil
}
