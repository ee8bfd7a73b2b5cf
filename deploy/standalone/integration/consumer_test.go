package integration

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	kafkago "github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// memory is a warehouse in memory; it can be told to refuse.
type memory struct {
	mu      sync.Mutex
	rows    []event.Stored
	dead    []event.Dead
	refuse  int           // inserts that fail first
	changed chan struct{} // has room for one: something was stored
}

func newMemory() *memory { return &memory{changed: make(chan struct{}, 1)} }

func (m *memory) Insert(_ context.Context, rows []event.Stored) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse > 0 {
		m.refuse--
		return errors.New("warehouse is away")
	}
	m.rows = append(m.rows, rows...)
	m.tell()
	return nil
}

func (m *memory) InsertDead(_ context.Context, rows []event.Dead) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead = append(m.dead, rows...)
	m.tell()
	return nil
}

func (m *memory) tell() {
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// await waits until the condition holds.
func (m *memory) await(t *testing.T, condition func() bool) {
	t.Helper()
	ctx := deadline(t)
	for {
		m.mu.Lock()
		ok := condition()
		m.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-m.changed:
		case <-ctx.Done():
			t.Fatalf("stored %d rows and %d dead letters: %v", len(m.rows), len(m.dead), ctx.Err())
		}
	}
}

func (m *memory) distinct() int {
	ids := map[event.ID]bool{}
	for _, r := range m.rows {
		ids[r.Event.ID] = true
	}
	return len(ids)
}

func startConsumer(t *testing.T, cfg stream.Config, sink consumer.Sink) (stop func()) {
	t.Helper()
	source := stream.NewSource(cfg, stream.SourceConfig{Group: "group-" + cfg.Topic}, quiet())
	if err := source.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := consumer.New(consumer.Config{
		BatchRows: 1000, BatchBytes: 1 << 20, BatchWait: 100 * time.Millisecond, InsertTimeout: 10 * time.Second,
	}, source, stream.DecodeRecord, sink, quiet(), prometheus.NewRegistry())
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		if err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		source.Stop(context.Background())
	})
	t.Cleanup(stop)
	return stop
}

// testDeadLetters puts records that are no events between good ones.
func testDeadLetters(t *testing.T, b broker) {
	cfg := settings(b)
	cfg.Partitions = 1
	p := startProducer(t, cfg, limits())
	publish(t, p, pageviews(0, 3))
	invalid := pageview(3)
	invalid.Scroll = 101
	writeRaw(t, cfg, stream.Version, []byte("not an event"))
	writeRaw(t, cfg, "", stream.Encode(nil, &invalid))
	writeRaw(t, cfg, stream.Version, stream.Encode(nil, &invalid))
	publish(t, p, pageviews(10, 13))

	sink := newMemory()
	startConsumer(t, cfg, sink)
	sink.await(t, func() bool { return len(sink.rows) >= 6 && len(sink.dead) >= 3 })
	var offsets []int64
	for _, r := range sink.rows {
		offsets = append(offsets, r.Offset)
	}
	if diff := cmp.Diff([]int64{0, 1, 2, 6, 7, 8}, offsets); diff != "" {
		t.Errorf("offsets of the rows (-want +got):\n%s", diff)
	}
	var reasons []string
	for _, d := range sink.dead {
		reasons = append(reasons, d.Reason)
	}
	if want := []string{"undecodable", "unknown_version", "out_of_range"}; !slices.Equal(reasons, want) {
		t.Errorf("reasons %v, want %v", reasons, want)
	}
	if d := sink.dead[0]; string(d.Value) != "not an event" || d.Offset != 3 || d.Error == "" || d.Time.IsZero() {
		t.Errorf("dead letter %+v", d)
	}
}

// testConsumerCarriesOn stops a consumer and starts another one; the warehouse is away at first.
func testConsumerCarriesOn(t *testing.T, b broker) {
	cfg := settings(b)
	p := startProducer(t, cfg, limits())
	for i := range 20 {
		publish(t, p, pageviews(i*100, i*100+100))
	}
	sink := newMemory()
	sink.refuse = 3
	stop := startConsumer(t, cfg, sink)
	sink.await(t, func() bool { return sink.distinct() == 2000 })
	stop()
	if len(sink.rows) != 2000 {
		t.Errorf("%d rows for 2000 events", len(sink.rows))
	}

	for i := 20; i < 30; i++ {
		publish(t, p, pageviews(i*100, i*100+100))
	}
	startConsumer(t, cfg, sink)
	sink.await(t, func() bool { return sink.distinct() == 3000 })
	if len(sink.rows) != 3000 {
		t.Errorf("%d rows for 3000 events: what was committed was read again", len(sink.rows))
	}
}

// testAwaitStored asks from another process, as the rollup does, whether everything is stored.
func testAwaitStored(t *testing.T, b broker) {
	cfg := settings(b)
	p := startProducer(t, cfg, limits())
	publish(t, p, pageviews(0, 500))
	group := stream.NewSource(cfg, stream.SourceConfig{Group: "group-" + cfg.Topic}, quiet())
	soon, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := group.AwaitStored(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a consumer: %v", err)
	}
	sink := newMemory()
	startConsumer(t, cfg, sink)
	for i := range 5 {
		publish(t, p, pageviews(500+i*100, 600+i*100))
		if err := group.AwaitStored(deadline(t)); err != nil {
			t.Fatal(err)
		}
		sink.mu.Lock()
		if got, want := sink.distinct(), 600+i*100; got != want {
			t.Errorf("%d events are stored, want %d", got, want)
		}
		sink.mu.Unlock()
	}
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
