package integration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	kafkago "github.com/segmentio/kafka-go"

	ch "github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// database is the embedded ClickHouse of all tests here, started when the first one asks for it.
var database = sync.OnceValues(func() (*ch.Database, error) { return ch.Start(context.Background()) })

// TestMain is also the consumer process that tests kill and pause.
func TestMain(m *testing.M) {
	if settings := os.Getenv(childVariable); settings != "" {
		if err := child(settings); err != nil {
			fmt.Fprintln(os.Stderr, "child:", err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if started {
		if d, _ := database(); d != nil {
			if err := d.Stop(context.Background()); err != nil {
				fmt.Fprintln(os.Stderr, "stop database:", err)
			}
		}
	}
	os.Exit(code)
}

var started bool

func openDatabase(t testing.TB) *ch.Database {
	t.Helper()
	started = true
	d, err := database()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// pipeline is a topic with a producer and a warehouse. Its events carry a site of their own.
type pipeline struct {
	*testing.T
	cfg      stream.Config
	site     string
	db       *ch.Database
	producer *stream.Producer
}

func newPipeline(t *testing.T, b broker, partitions int) *pipeline {
	t.Helper()
	cfg := settings(b)
	cfg.Partitions = partitions
	return &pipeline{t, cfg, strings.ToLower(cfg.Topic), openDatabase(t), startProducer(t, cfg, limits())}
}

// publish writes the events with these numbers, a few hundred in each micro-batch.
func (p *pipeline) publish(from, to int) {
	p.Helper()
	for ; from < to; from += 250 {
		events := pageviews(from, min(from+250, to))
		for i := range events {
			events[i].Site = p.site
		}
		publish(p.T, p.producer, events)
	}
}

func (p *pipeline) group() stream.SourceConfig {
	return stream.SourceConfig{Group: "group-" + p.cfg.Topic}
}

func consumerConfig() consumer.Config {
	return consumer.Config{
		BatchRows: 1000, BatchBytes: 1 << 20, BatchWait: 100 * time.Millisecond, InsertTimeout: 10 * time.Second,
		Inserts: 4, MemoryBytes: 256 << 20, Stall: time.Minute,
	}
}

// start starts a consumer. A sink of the test's own may stand before the warehouse.
func (p *pipeline) start(sink consumer.Sink) (stop func()) {
	p.Helper()
	if sink == nil {
		sink = p.db.Store
	}
	return p.startWith(consumerConfig(), sink, prometheus.NewRegistry())
}

func (p *pipeline) startWith(cfg consumer.Config, sink consumer.Sink, metrics prometheus.Registerer) (stop func()) {
	p.Helper()
	source := stream.NewSource(p.cfg, p.group(), quiet())
	c := consumer.New(cfg, services.Partitions{Source: source}, stream.DecodeRecord, sink, quiet(), metrics)
	if err := c.Start(p.Context()); err != nil {
		p.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		if err := errors.Join(c.Stop(context.Background()), source.Stop(context.Background())); err != nil {
			p.Error(err)
		}
	})
	p.Cleanup(stop)
	return stop
}

// awaitStored waits until the group has committed everything.
func (p *pipeline) awaitStored() {
	p.Helper()
	if err := stream.NewSource(p.cfg, p.group(), quiet()).AwaitStored(deadline(p.T)); err != nil {
		p.Fatal(err)
	}
}

func (p *pipeline) audit() (total consumer.Audit) {
	p.Helper()
	audits, err := services.Audit(deadline(p.T), stream.NewSource(p.cfg, p.group(), quiet()), p.db.Store)
	if err != nil {
		p.Fatal(err)
	}
	for _, a := range audits {
		total.Stored, total.Dead, total.Merged = total.Stored+a.Stored, total.Dead+a.Dead, total.Merged+a.Merged
		total.Lost, total.Unproven = total.Lost+a.Lost, total.Unproven+a.Unproven
		total.Holes, total.Repeats = append(total.Holes, a.Holes...), append(total.Repeats, a.Repeats...)
	}
	return total
}

// wantStored audits: that many events and dead letters, every offset once.
func (p *pipeline) wantStored(events, dead int64) {
	p.Helper()
	a := p.audit()
	if a.Stored != events || a.Dead != dead || a.Merged+a.Lost+a.Unproven != 0 || a.Gaps() > 0 {
		p.Errorf("audit %+v, want %d stored and %d dead", a, events, dead)
	}
	if rows := count(p.T, "SELECT count() FROM events WHERE site = {site:String}", p.site); rows != uint64(events) {
		p.Errorf("%d rows, want %d", rows, events)
	}
}

func testConsumerCarriesOn(t *testing.T, b broker) {
	p := newPipeline(t, b, 6)
	p.publish(0, 2000)
	stop := p.start(nil)
	p.awaitStored()
	stop()
	p.wantStored(2000, 0)
	p.publish(2000, 3000)
	p.start(nil)
	p.awaitStored()
	p.wantStored(3000, 0)
}

// testAwaitStored asks from another process, as the rollup does, whether everything is stored.
func testAwaitStored(t *testing.T, b broker) {
	p := newPipeline(t, b, 6)
	p.publish(0, 500)
	soon, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := stream.NewSource(p.cfg, p.group(), quiet()).AwaitStored(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a consumer: %v", err)
	}
	p.start(nil)
	for i := range 5 {
		p.publish(500+i*100, 600+i*100)
		p.awaitStored()
		p.wantStored(int64(600+i*100), 0)
	}
}

// testPoison puts records that are no events, and events that the table refuses, among good ones.
func testPoison(t *testing.T, b broker) {
	p := newPipeline(t, b, 1)
	execute(t, "ALTER TABLE events ADD CONSTRAINT IF NOT EXISTS test_refused CHECK path != '/refused'")
	t.Cleanup(func() { execute(t, "ALTER TABLE events DROP CONSTRAINT IF EXISTS test_refused") })
	p.publish(0, 300)
	invalid, refused := pageview(3), pageview(4)
	invalid.Scroll = 101
	refused.Site, refused.Path = p.site, "/refused"
	writeRaw(t, p.cfg, stream.Version, []byte("not an event"))
	writeRaw(t, p.cfg, "", stream.Encode(nil, &invalid))
	writeRaw(t, p.cfg, stream.Version, stream.Encode(nil, &invalid))
	publish(t, p.producer, []event.Event{refused})
	writeRaw(t, p.cfg, stream.Version, nil)
	p.publish(300, 600)
	p.start(nil)
	p.awaitStored()
	p.wantStored(600, 5)

	letters, err := p.db.Store.DeadLetters(t.Context(), event.Dead{}, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	run, _, err := p.db.Store.LastRun(t.Context(), p.stream(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range letters {
		if d.Epoch == run.Epoch {
			got = append(got, fmt.Sprintf("%d %s", d.Offset, d.Reason))
			if d.Error == "" || d.Time.IsZero() || d.Reason == "undecodable" && d.Offset == 300 && string(d.Value) != "not an event" {
				t.Errorf("dead letter %+v", d)
			}
		}
	}
	want := []string{"300 undecodable", "301 unknown_version", "302 out_of_range", "303 refused_by_warehouse", "304 missing"}
	if !slices.Equal(got, want) {
		t.Errorf("dead letters %v, want %v", got, want)
	}
}

func (p *pipeline) stream() string {
	p.Helper()
	partitions, err := stream.NewSource(p.cfg, p.group(), quiet()).Partitions(deadline(p.T))
	if err != nil {
		p.Fatal(err)
	}
	return partitions[0].Stream()
}

// testReplay publishes dead letters that the table refused before.
func testReplay(t *testing.T, b broker) {
	p := newPipeline(t, b, 1)
	execute(t, "ALTER TABLE events ADD CONSTRAINT IF NOT EXISTS test_replay CHECK path != '/replay'")
	p.publish(0, 20)
	bad := pageviews(20, 25)
	for i := range bad {
		bad[i].Site, bad[i].Path = p.site, "/replay"
	}
	publish(t, p.producer, bad)
	writeRaw(t, p.cfg, stream.Version, []byte("not an event"))
	p.start(nil)
	p.awaitStored()
	p.wantStored(20, 6)

	execute(t, "ALTER TABLE events DROP CONSTRAINT test_replay")
	own := onlySite{p.db.Store, p.site}
	for _, want := range []int{5, 0} {
		done, err := consumer.Replay(deadline(t), own, stream.DecodeRecord, p.producer, false)
		if err != nil || done.Published != want {
			t.Errorf("replayed %+v, %v; want %d", done, err, want)
		}
	}
	p.awaitStored()
	p.wantStored(25, 6)
}

// onlySite leaves the dead letters of the other tests alone.
type onlySite struct {
	*warehouse.Warehouse
	site string
}

func (o onlySite) DeadLetters(ctx context.Context, after event.Dead, limit int) ([]event.Dead, error) {
	letters, err := o.Warehouse.DeadLetters(ctx, after, limit)
	return slices.DeleteFunc(letters, func(d event.Dead) bool { return !strings.Contains(string(d.Value), o.site) }), err
}

func writeRaw(t *testing.T, cfg stream.Config, version string, value []byte) {
	t.Helper()
	w := &kafkago.Writer{
		Addr: kafkago.TCP(cfg.Addr...), Topic: cfg.Topic, RequiredAcks: kafkago.RequireAll,
		BatchSize: 1, Transport: &kafkago.Transport{},
	}
	defer w.Close()
	m := kafkago.Message{Value: value}
	if version != "" {
		m.Headers = []kafkago.Header{{Key: stream.HeaderVersion, Value: []byte(version)}}
	}
	if err := w.WriteMessages(deadline(t), m); err != nil {
		t.Fatal(err)
	}
}
