package consumer

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/footfall-analytics/footfall/pkg/event"
)

func settings() Config {
	return Config{BatchRows: 3, BatchBytes: 1000, BatchWait: time.Hour, InsertTimeout: time.Minute}
}

// decode reads the tests' own format: "ok", "invalid", or anything else for what cannot be read.
func decode(r event.Record) (event.Event, error) {
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	e := event.Event{
		ID: event.ContentID(at, [10]byte{byte(r.Offset)}), ViewID: event.ContentID(at, [10]byte{}), Site: "demo",
		Kind: event.Pageview, Witness: event.Beacon, Time: at, Received: at,
		Address: netip.MustParseAddr("192.0.2.7"), AddressMode: event.Full, Path: "/",
	}
	switch word, _, _ := strings.Cut(string(r.Value), " "); word {
	case "ok":
		return e, nil
	case "invalid":
		e.Scroll = 101
		return e, nil
	}
	return event.Event{}, errors.New("no idea what this is")
}

// records makes records of one partition, from offset 0.
func records(partition int, values ...string) (made []event.Record) {
	for i, v := range values {
		made = append(made, event.Record{Partition: partition, Offset: int64(i), Value: []byte(v)})
	}
	return made
}

func start(t *testing.T, cfg Config, m *memory) (*Consumer, *prometheus.Registry) {
	t.Helper()
	return startPatient(t, cfg, m, time.Millisecond)
}

func startPatient(t *testing.T, cfg Config, m *memory, retryAfter time.Duration) (*Consumer, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewRegistry()
	c := New(cfg, m, decode, m, slog.New(slog.NewTextHandler(io.Discard, nil)), reg)
	c.retryAfter = retryAfter
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c, reg
}

func stop(t *testing.T, c *Consumer) {
	t.Helper()
	if err := c.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestCutsBatches(t *testing.T) {
	f := func(name string, cfg Config, values []string, want ...string) {
		t.Helper()
		m := newMemory(records(0, values...)...)
		c, _ := start(t, cfg, m)
		got := m.await(len(want))
		stop(t, c)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	f("by rows", settings(), []string{"ok", "ok", "ok", "ok", "ok", "ok"}, "insert", "commit", "insert", "commit")
	f("dead letters count too", settings(), []string{"ok", "bad", "bad"}, "insert", "dead", "commit")
	f("only dead letters", settings(), []string{"bad", "bad", "bad"}, "dead", "commit")
	byBytes := settings()
	byBytes.BatchBytes = 10
	f("by bytes", byBytes, []string{"ok 345678", "ok", "ok 345678", "ok"}, "insert", "commit", "insert", "commit")
	byTime := settings()
	byTime.BatchWait = time.Millisecond
	f("by time", byTime, []string{"ok"}, "insert", "commit")
}

func TestCommitsTheLastOffsetOfEachPartition(t *testing.T) {
	m := newMemory(records(4, "ok", "bad")...)
	m.records <- event.Record{Partition: 9, Offset: 70, Value: []byte("ok")}
	c, _ := start(t, settings(), m)
	m.await(3)
	stop(t, c)
	if diff := cmp.Diff(map[int]int64{4: 1, 9: 70}, m.through); diff != "" {
		t.Errorf("committed (-want +got):\n%s", diff)
	}
	if r := m.rows[1]; r.Partition != 9 || r.Offset != 70 || r.Event.Site != "demo" {
		t.Errorf("second row %+v", r)
	}
}

func TestDeadLetters(t *testing.T) {
	m := newMemory(records(0, "bad", "invalid", "bad again")...)
	c, reg := start(t, settings(), m)
	m.await(2)
	stop(t, c)
	want := []event.Dead{
		{Offset: 0, Value: []byte("bad"), Reason: "undecodable", Error: "no idea what this is"},
		{Offset: 1, Value: []byte("invalid"), Reason: "out_of_range", Error: `scroll_pct "101" must lie between 0 and 100`},
		{Offset: 2, Value: []byte("bad again"), Reason: "undecodable", Error: "no idea what this is"},
	}
	if diff := cmp.Diff(want, m.dead); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
	wantMetrics(t, reg, "footfall_consumer_dead_letters_total", `
		# HELP footfall_consumer_dead_letters_total Records that could not become events.
		# TYPE footfall_consumer_dead_letters_total counter
		footfall_consumer_dead_letters_total{reason="out_of_range"} 1
		footfall_consumer_dead_letters_total{reason="undecodable"} 2
	`)
}

func TestRepeatsAnInsertUntilItWorks(t *testing.T) {
	m := newMemory(records(0, "ok", "bad", "ok")...)
	m.refusals = []error{errAway, errAway, errAway}
	c, reg := start(t, settings(), m)
	got := m.await(6)
	stop(t, c)
	if diff := cmp.Diff([]string{"refused", "refused", "refused", "insert", "dead", "commit"}, got); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	wantMetrics(t, reg, "footfall_consumer_insert_retries_total", `
		# HELP footfall_consumer_insert_retries_total Inserts that failed and are tried again.
		# TYPE footfall_consumer_insert_retries_total counter
		footfall_consumer_insert_retries_total 3
	`)
	wantMetrics(t, reg, "footfall_consumer_insert_rows_total", `
		# HELP footfall_consumer_insert_rows_total Events written into the warehouse, repeats after a failure included.
		# TYPE footfall_consumer_insert_rows_total counter
		footfall_consumer_insert_rows_total 2
	`)
}

func TestFetchTroublePasses(t *testing.T) {
	m := newMemory(records(0, "ok", "ok", "ok")...)
	m.troubles = []error{errAway, errAway}
	c, _ := start(t, settings(), m)
	got := m.await(4)
	stop(t, c)
	if diff := cmp.Diff([]string{"refused", "refused", "insert", "commit"}, got); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
}

func TestStopStoresWhatWasFetched(t *testing.T) {
	m := newMemory()
	c, _ := start(t, settings(), m)
	m.records <- records(0, "ok")[0]
	for len(m.records) > 0 { // the consumer is running and takes it
		select {
		case <-t.Context().Done():
			t.Fatal("the record was never fetched")
		case <-time.After(time.Millisecond):
		}
	}
	stop(t, c)
	if diff := cmp.Diff([]string{"insert", "commit"}, m.await(2)); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
}

func TestStopWhileTheWarehouseIsAway(t *testing.T) {
	m := newMemory(records(0, "ok", "ok", "ok")...)
	for range 1000 {
		m.refusals = append(m.refusals, errAway)
	}
	c, _ := startPatient(t, settings(), m, time.Hour)
	m.await(1) // now it waits for an hour
	stop(t, c)
	if len(m.through) != 0 || len(m.rows) != 0 {
		t.Errorf("stored %d rows and committed %v", len(m.rows), m.through)
	}
}

// stuck is a warehouse whose insert only ends with its context.
type stuck struct{ begun chan struct{} }

func (s stuck) Insert(ctx context.Context, _ []event.Stored) error {
	s.begun <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

func (s stuck) InsertDead(context.Context, []event.Dead) error { return nil }

func TestStopRunsOutOfTime(t *testing.T) {
	m, sink := newMemory(records(0, "ok", "ok", "ok")...), stuck{make(chan struct{}, 1)}
	c := New(settings(), m, decode, sink, slog.New(slog.NewTextHandler(io.Discard, nil)), prometheus.NewRegistry())
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-sink.begun
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stop: %v", err)
	}
	if len(m.through) != 0 {
		t.Errorf("committed %v", m.through)
	}
}

func TestLagIsShown(t *testing.T) {
	c, reg := start(t, settings(), newMemory())
	stop(t, c) // the lag is asked for once at the start
	wantMetrics(t, reg, "footfall_consumer_lag_records", `
		# HELP footfall_consumer_lag_records Records in Kafka that are not committed yet.
		# TYPE footfall_consumer_lag_records gauge
		footfall_consumer_lag_records{partition="0"} 3
		footfall_consumer_lag_records{partition="7"} 0
	`)
}

func wantMetrics(t *testing.T, reg *prometheus.Registry, name, want string) {
	t.Helper()
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), name); err != nil {
		t.Error(err)
	}
}

func TestConfig(t *testing.T) {
	if err := settings().Validate(); err != nil {
		t.Error(err)
	}
	f := func(name string, change func(*Config)) {
		t.Helper()
		cfg := settings()
		change(&cfg)
		if cfg.Validate() == nil {
			t.Errorf("%s was taken: %+v", name, cfg)
		}
	}
	f("no rows", func(c *Config) { c.BatchRows = 0 })
	f("no bytes", func(c *Config) { c.BatchBytes = 0 })
	f("no wait", func(c *Config) { c.BatchWait = 0 })
	f("no time", func(c *Config) { c.InsertTimeout = -1 })
}
