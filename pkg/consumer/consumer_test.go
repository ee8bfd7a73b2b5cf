package consumer

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/footfall-analytics/footfall/pkg/event"
)

func settings() Config {
	return Config{
		BatchRows: 3, BatchBytes: 1000, BatchWait: time.Hour, InsertTimeout: time.Minute, Inserts: 2,
		MemoryBytes: 1 << 20, Stall: time.Hour,
	}
}

// one is a consumer of one partition, without faults unless a test says which.
type one struct {
	*process
	*Consumer
	registry *prometheus.Registry
}

func newOne(cfg Config, values ...string) *one {
	log := &memoryLog{offset: -1, generation: 1}
	log.append(values...)
	p := &process{memoryLog: log, table: &table{window: 100}, gen: 1, ops: map[string]int{}, fault: func(string) fault { return none }}
	reg := prometheus.NewRegistry()
	return &one{p, New(cfg, p, decode, p, quiet(), reg), reg}
}

// carry runs the consumer until it has been idle for a while.
func (o *one) carry(t *testing.T) {
	t.Helper()
	if err := o.Consumer.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	elapse(2 * time.Hour)
	if err := o.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func (o *one) want(t *testing.T, name, want string) {
	t.Helper()
	var lines strings.Builder
	kept := false
	all, err := o.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.GetName() == name {
			kept = true
			fmt.Fprintf(&lines, "# HELP %s %s\n# TYPE %s %s\n%s\n", name, f.GetHelp(), name, strings.ToLower(f.GetType().String()), want)
		}
	}
	if !kept && want != "" {
		t.Errorf("metric %s does not exist", name)
	}
	if err := testutil.GatherAndCompare(o.registry, strings.NewReader(lines.String()), name); err != nil {
		t.Error(err)
	}
}

// TestCutsBatches reads the intents: they say which records came together.
func TestCutsBatches(t *testing.T) {
	f := func(name string, cfg Config, values []string, want ...string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			o := newOne(cfg, values...)
			o.carry(t)
			var got []string
			for _, token := range o.table.tokens {
				parts := strings.Split(token, "/")
				got = append(got, parts[0]+" "+parts[4])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: inserts (-want +got):\n%s", name, diff)
			}
		})
	}
	f("by rows", settings(), []string{"aaa", "bbb", "ccc", "ddd", "eee", "fff"}, "events 0-2", "events 3-5")
	f("dead letters count too", settings(), []string{"aaa", "poison", "poison"}, "events 0-0", "events_dead 1-2")
	f("refused rows stand alone", settings(), []string{"aaaaaaa", "refused", "bbbbbbb"}, "events 0-0", "events 2-2", "events_dead 1-1")
	f("by day", settings(), []string{"aaa", "aaaa", "bbb"}, "events 0-2", "events 1-1")
	byBytes := settings()
	byBytes.BatchBytes = 6
	f("by bytes", byBytes, []string{"aaa", "bbb", "ccc", "ddd"}, "events 0-1", "events 2-3")
	f("by time", settings(), []string{"aaa"}, "events 0-0")
	noMemory := settings()
	noMemory.MemoryBytes = 1
	noMemory.BatchRows = 100
	f("by memory", noMemory, []string{"aaa", "bbb", "ccc", "ddd", "eee", "fff", "ggg", "hhh", "iii"}, "events 0-6", "events 7-8")
}

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOne(settings(), "aaa", "poison", "invalid", "refused", "bbb", "ccc")
		failures := 2
		o.fault = func(op string) fault {
			if op == "insert" && failures > 0 {
				failures--
				return failsBefore
			}
			return none
		}
		o.carry(t)
		o.want(t, "footfall_consumer_insert_rows_total", "footfall_consumer_insert_rows_total 3")
		o.want(t, "footfall_consumer_insert_retries_total", "footfall_consumer_insert_retries_total 2")
		o.want(t, "footfall_consumer_dead_letters_total", `footfall_consumer_dead_letters_total{reason="out_of_range"} 1
footfall_consumer_dead_letters_total{reason="refused_by_warehouse"} 1
footfall_consumer_dead_letters_total{reason="undecodable"} 1`)
		o.want(t, "footfall_consumer_generation", "footfall_consumer_generation 1")
		o.want(t, "footfall_consumer_lag_records", `footfall_consumer_lag_records{partition="0"} 0`)
	})
}

// TestLagInSeconds: a warehouse that is away lets the oldest record grow older.
func TestLagInSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOne(settings(), "aaa", "bbb", "ccc")
		o.fault = func(op string) fault {
			if op == "insert" {
				return failsBefore
			}
			return none
		}
		if err := o.Consumer.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		elapse(61 * time.Second)
		o.want(t, "footfall_consumer_lag_seconds", `footfall_consumer_lag_seconds{partition="0"} 60`)
		o.want(t, "footfall_consumer_lag_records", `footfall_consumer_lag_records{partition="0"} 3`)
		if err := o.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestWatchdog: a worker that hangs, or gets nowhere, does not keep its partition.
func TestWatchdog(t *testing.T) {
	f := func(name string, f fault) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			cfg := settings()
			cfg.Stall = time.Minute
			o := newOne(cfg, "aaa", "bbb", "ccc")
			o.fault = func(op string) fault {
				if op == "insert" {
					return f
				}
				return none
			}
			over := make(chan struct{})
			go func() {
				o.work(t.Context(), o.process)
				close(over)
			}()
			<-over
			o.want(t, "footfall_consumer_stalls_total", "footfall_consumer_stalls_total 1")
			o.resume(true)
			o.giveUp()
			synctest.Wait()
		})
	}
	f("hangs in an insert", pauseBefore)
	f("gets nowhere", failsBefore)
}

// overloaded is what a ClickHouse with too many parts answers.
type overloaded struct{ refusedError }

func (overloaded) RowsRefused() bool { return false }
func (overloaded) Overloaded() bool  { return true }

// TestOverload: batches get more time to fill while the warehouse wants fewer inserts, and only then.
func TestOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.BatchWait = time.Second
		o := newOne(cfg)
		w := newWorker(o.Consumer, o.process)
		insert := func(answers ...error) time.Duration {
			t.Helper()
			err := w.insert(t.Context(), &batch{}, func(context.Context) (err error) {
				err, answers = answers[0], answers[1:]
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return w.wait
		}
		f := func(want time.Duration, answers ...error) {
			t.Helper()
			if got := insert(answers...); got != want {
				t.Errorf("after %v a batch waits for %s, want %s", answers, got, want)
			}
		}
		f(time.Second, nil)
		f(time.Second, errFault, nil)
		f(4*time.Second, overloaded{}, overloaded{}, nil)
		f(maxBatchWait, overloaded{}, overloaded{}, overloaded{}, overloaded{}, nil)
		f(maxBatchWait/2, nil)
		for range 10 {
			insert(nil)
		}
		f(time.Second, nil)
	})
}

// TestTableAtFault: rows do not become dead letters when the warehouse takes none of them.
func TestTableAtFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.BatchRows = 40
		var values []string
		for range 40 {
			values = append(values, "refused")
		}
		o := newOne(cfg, values...)
		o.carry(t)
		if len(o.table.rows) > 0 || o.offset != 0 || !strings.Contains(o.metadata, `"end":39`) {
			t.Errorf("%d rows are stored, committed %d %s", len(o.table.rows), o.offset, o.metadata)
		}
	})
}

// TestLostRecords: what Kafka deleted is counted, kept in the runs, and not waited for.
func TestLostRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOne(settings(), "aaa", "bbb", "ccc", "ddd", "eee")
		o.offset, o.metadata = 0, `{"v":1,"epoch":"7","mark":"0","from":0}`
		o.first = 2
		o.carry(t)
		o.want(t, "footfall_consumer_lost_records_total", "footfall_consumer_lost_records_total 2")
		lost := event.Run{Place: event.Place{Stream: "topic@cluster", Epoch: 7}, Kind: event.RunLost, Begin: 0, End: 1}
		got := o.table.runs[0]
		got.Time = time.Time{}
		if diff := cmp.Diff(lost, got); diff != "" || len(o.table.rows) != 3 || o.offset != 5 {
			t.Errorf("%d rows, committed %d, first run (-want +got):\n%s", len(o.table.rows), o.offset, diff)
		}
	})
}

func TestIntent(t *testing.T) {
	end := int64(12)
	text := intent{End: &end, Rows: 3, Dead: 1, Epoch: 1 << 60, Mark: 1<<64 - 1, From: 2}.String()
	if want := `{"v":1,"end":12,"n":3,"dead":1,"epoch":"1152921504606846976","mark":"18446744073709551615","from":2}`; text != want {
		t.Errorf("intent %s, want %s", text, want)
	}
	got, ours, err := parseIntent(text)
	if err != nil || !ours || *got.End != 12 || got.Mark != 1<<64-1 {
		t.Errorf("read back %+v, %t, %v", got, ours, err)
	}
	if _, ours, err := parseIntent(""); ours || err != nil {
		t.Errorf("no metadata: %t, %v", ours, err)
	}
	for _, bad := range []string{"x", `{"v":2}`} {
		if _, _, err := parseIntent(bad); err == nil {
			t.Errorf("metadata %q was taken", bad)
		}
	}
}

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(10)
		if !b.try(25) || b.try(1) {
			t.Error("the first part fits, however large, and the second one does not")
		}
		taken := make(chan bool)
		go func() { taken <- b.take(t.Context(), 5) }()
		b.give(10)
		synctest.Wait()
		select {
		case <-taken:
			t.Error("taken from an empty budget")
		default:
		}
		b.give(6)
		if !<-taken {
			t.Error("not taken, though there is room")
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if b.take(ctx, 100); b.take(ctx, 1) {
			t.Error("taken after the end")
		}
	})
}

func TestConfig(t *testing.T) {
	if err := settings().Validate(); err != nil {
		t.Error(err)
	}
	f := func(name string, change func(*Config)) {
		t.Helper()
		cfg := settings()
		change(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "consumer-"+name) {
			t.Errorf("%s was taken: %+v, %v", name, cfg, err)
		}
	}
	f("batch-rows", func(c *Config) { c.BatchRows = 0 })
	f("batch-bytes", func(c *Config) { c.BatchBytes = 0 })
	f("batch-wait", func(c *Config) { c.BatchWait = 0 })
	f("insert-timeout", func(c *Config) { c.InsertTimeout = -1 })
	f("inserts", func(c *Config) { c.Inserts = 0 })
	f("memory-bytes", func(c *Config) { c.MemoryBytes = 0 })
	f("stall", func(c *Config) { c.Stall = 0 })
	f("audit-every", func(c *Config) { c.AuditEvery = -1 })
}
