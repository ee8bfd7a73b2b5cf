package kills

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/oracle"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// forEver leads for ever.
type forEver struct{}

func (forEver) Term() context.Context { return context.Background() }

// patience bounds a recovery; one takes seconds on a machine that is not busy.
const patience = 3 * time.Minute

// recover starts the schedule, as a restart of the service does, and waits until all is as it should be.
func (c *killed) recover(t *testing.T) {
	t.Helper()
	runner := newRunner(c.engine.store)
	var list []sites.Site
	for _, key := range c.day.Sites {
		list = append(list, sites.Site{Key: key, Zone: c.day.Zone})
	}
	s := rollup.NewSchedule(runner, c.engine.store, sites.Of(list...), forEver{}, quiet)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	why := errors.New("nothing was looked at")
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); why != nil && time.Since(began) < patience; <-tick.C {
		s.Nudge()
		why = c.unfinished(t)
	}
	if err := s.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if why != nil {
		t.Fatalf("%s after the restart: %v", patience, why)
	}
	c.verify(t, runner)
}

// unfinished tells what is not yet as it should be, what is quickly looked at first.
func (c *killed) unfinished(t *testing.T) error {
	t.Helper()
	runs, err := c.engine.store.Runs(t.Context(), ledger.Daily, c.day.Date, c.day.Date, 0)
	if err != nil {
		return err
	}
	if len(runs) == 0 || runs[0].State != ledger.Final {
		return fmt.Errorf("the newest runs in the ledger are %+v", runs)
	}
	for _, r := range runs {
		if r.State == ledger.Running {
			return fmt.Errorf("run %s, of %s, runs for ever", r.ID, r.Started)
		}
	}
	if left := c.leftovers(t); left != "" {
		return fmt.Errorf("left behind: %s", left)
	}
	published, err := oracle.Published(t.Context(), c.engine.store, c.day.Day)
	if err != nil {
		return err
	}
	if diff := oracle.Diff(c.want, published); diff != "" {
		return fmt.Errorf("daily tables (-oracle +published):\n%s", diff)
	}
	return nil
}

func (c *killed) leftovers(t *testing.T) string {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{c.engine.addr}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var names []string
	const left = "SELECT groupArray(name) FROM system.tables WHERE database = currentDatabase() AND (startsWith(name, 'staging_') OR endsWith(name, '_door'))"
	if err := conn.QueryRow(t.Context(), left).Scan(&names); err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

// verify computes the day again, aside and undisturbed: the checksums are those of the ledger and of
// the tables.
func (c *killed) verify(t *testing.T, runner *rollup.Runner) {
	t.Helper()
	v, err := runner.Verify(t.Context(), c.engine.store, c.day.Day, c.sites())
	if err != nil {
		t.Fatal(err)
	}
	if v.Published == nil || len(v.Tables) == 0 {
		t.Fatalf("the day is not published: %+v", v)
	}
	for _, table := range v.Tables {
		if table.Verdict != rollup.Equal {
			t.Errorf("%s is %s: %s", table.Table, table.Verdict, cmp.Diff(table.Recomputed, table.Published))
		}
	}
}

var stale = flag.Bool("stale", false, "wait the minute after which a door is stale")

// TestStaleDoor: a run that is killed behind its door costs the next run a minute, not every run until a
// restart.
func TestStaleDoor(t *testing.T) {
	if !*stale {
		t.Skip("takes a minute; make faults runs it")
	}
	c := newKilled(t, *seed)
	c.killAt(t, &trap{statement: "publish_daily_page_time", nth: 1, when: after, sprung: make(chan struct{})}, "run")
	if c.leftovers(t) == "" {
		t.Fatal("the killed run has left no door")
	}
	runner := newRunner(c.engine.store)
	if _, err := runner.Run(t.Context(), c.day.Day, c.sites(), true); err != nil {
		t.Fatal(err)
	}
	published, err := oracle.Published(t.Context(), c.engine.store, c.day.Day)
	if err != nil {
		t.Fatal(err)
	}
	if diff := oracle.Diff(c.want, published); diff != "" {
		t.Errorf("daily tables (-oracle +published):\n%s", diff)
	}
	c.verify(t, runner)
}
