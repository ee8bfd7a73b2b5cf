package integration

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/apachekafka"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// TestClusterOfThree kills one broker of three and moves the leaders while events are published and
// read: every acknowledged event arrives.
func TestClusterOfThree(t *testing.T) {
	brokers, err := apachekafka.StartCluster(t.Context(), t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	cfg := settings(brokers[0])
	cfg.Addr, cfg.Replication = nil, 3
	for _, b := range brokers {
		t.Cleanup(b.Stop)
		cfg.Addr = append(cfg.Addr, b.Addr())
	}
	load := startLoad(t, startProducer(t, cfg, limits()), startSource(t, cfg, "group-"+cfg.Topic))
	load.await(500)
	began := time.Now()
	brokers[0].Stop() // the first address, and the leader of some partitions
	load.await(500)
	t.Logf("500 more events acknowledged and read %s after a broker was killed", time.Since(began).Round(time.Millisecond))
	eventually(t, func() error { return stream.Ping(t.Context(), cfg) })

	if err := brokers[0].Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error { return preferLeaders(t.Context(), cfg) })
	load.await(500)
	load.finish()
}

// preferLeaders hands each partition back to its first broker, once all copies are complete again.
func preferLeaders(ctx context.Context, cfg stream.Config) error {
	client := &kafkago.Client{Addr: kafkago.TCP(cfg.Addr[1:]...), Timeout: 10 * time.Second}
	found, err := client.Metadata(ctx, &kafkago.MetadataRequest{Topics: []string{cfg.Topic}})
	if err != nil {
		return err
	}
	var partitions []int
	for _, p := range found.Topics[0].Partitions {
		if len(p.Isr) < cfg.Replication {
			return fmt.Errorf("partition %d is on %d brokers, want %d", p.ID, len(p.Isr), cfg.Replication)
		}
		partitions = append(partitions, p.ID)
	}
	answer, err := client.ElectLeaders(ctx, &kafkago.ElectLeadersRequest{Topic: cfg.Topic, Partitions: partitions, Timeout: 5 * time.Second})
	if err != nil {
		return err
	}
	for _, result := range answer.PartitionResults {
		if result.Error != nil && !errors.Is(result.Error, kafkago.ElectionNotNeeded) {
			return result.Error
		}
	}
	return nil
}

// load publishes and reads at the same time, and keeps a journal of both.
type load struct {
	t       *testing.T
	stop    context.CancelFunc
	running sync.WaitGroup

	mu           sync.Mutex
	changed      *sync.Cond
	acknowledged map[event.ID]bool
	read         map[event.ID]bool
}

func startLoad(t *testing.T, p *stream.Producer, s *reader) *load {
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	l := &load{t: t, stop: stop, acknowledged: map[event.ID]bool{}, read: map[event.ID]bool{}}
	l.changed = sync.NewCond(&l.mu)
	publishing, quit := context.WithCancel(ctx)
	l.stop = quit
	for n := range 8 {
		l.running.Go(func() { l.publish(publishing, p, n*1_000_000) })
	}
	reading := make(chan struct{})
	go func() {
		defer close(reading)
		l.fetch(ctx, s)
	}()
	t.Cleanup(func() {
		stop()
		l.running.Wait()
		<-reading
	})
	context.AfterFunc(ctx, l.changed.Broadcast)
	return l
}

func (l *load) publish(ctx context.Context, p *stream.Producer, from int) {
	for i := from; ctx.Err() == nil; i++ {
		if e := pageview(i); p.Publish(ctx, []event.Event{e}) == nil {
			l.note(l.acknowledged, e.ID)
		}
	}
}

func (l *load) fetch(ctx context.Context, s *reader) {
	for ctx.Err() == nil {
		r, err := s.Fetch(ctx)
		if err != nil {
			continue // passes, says Fetch
		}
		e, err := stream.DecodeRecord(r)
		if err != nil {
			l.t.Errorf("partition %d, offset %d: %v", r.Partition, r.Offset, err)
		}
		l.note(l.read, e.ID)
	}
}

func (l *load) note(journal map[event.ID]bool, id event.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	journal[id] = true
	l.changed.Broadcast()
}

// await waits until n more events have been acknowledged, and n more have been read.
func (l *load) await(n int) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	acknowledged, read := len(l.acknowledged)+n, len(l.read)+n
	l.until(func() bool { return len(l.acknowledged) >= acknowledged && len(l.read) >= read })
}

// finish stops publishing and waits until everything acknowledged has been read.
func (l *load) finish() {
	l.t.Helper()
	l.stop()
	l.running.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until(func() bool { return len(l.read) >= len(l.acknowledged) && missing(l.acknowledged, l.read) == 0 })
	l.t.Logf("%d acknowledged, %d read", len(l.acknowledged), len(l.read))
}

func (l *load) until(done func() bool) {
	l.t.Helper()
	give := time.Now().Add(time.Minute)
	defer time.AfterFunc(time.Minute, l.changed.Broadcast).Stop()
	for !done() {
		if time.Now().After(give) {
			l.t.Fatalf("%d acknowledged, %d read, of the acknowledged %d are missing", len(l.acknowledged), len(l.read), missing(l.acknowledged, l.read))
		}
		l.changed.Wait()
	}
}
