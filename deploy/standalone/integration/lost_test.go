package integration

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/footfall-analytics/footfall/pkg/stream"
)

// connection is the one of all tests here.
var connection = sync.OnceValues(func() (clickhouse.Conn, error) {
	d, err := database()
	if err != nil {
		return nil, err
	}
	return clickhouse.Open(&clickhouse.Options{Addr: []string{d.NativeAddr}})
})

func connect(t testing.TB) clickhouse.Conn {
	t.Helper()
	conn, err := connection()
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func execute(t testing.TB, sql string) {
	t.Helper()
	if err := connect(t).Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func count(t testing.TB, sql, site string) (n uint64) {
	t.Helper()
	ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"site": site}))
	if err := connect(t).QueryRow(ctx, sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// testRetention deletes records that nobody has read, before and behind what is stored.
func testRetention(t *testing.T, b broker) {
	p := newPipeline(t, b, 1)
	p.publish(0, 1000)
	stop := p.start(nil)
	p.awaitStored()
	stop()
	p.publish(1000, 2000)
	deleteRecords(t, p.cfg, 1400)
	p.start(nil)
	p.publish(2000, 2500)
	p.awaitStored()
	a := p.audit()
	if a.Stored != 2100 || a.Lost != 400 || a.Gaps() != 0 || a.Unproven != 0 {
		t.Errorf("audit %+v, want 2100 stored and 400 lost", a)
	}
}

// deleteRecords does what Kafka's retention does: partition 0 begins at the offset from now on.
func deleteRecords(t *testing.T, cfg stream.Config, offset int64) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(cfg.Addr...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	partition := kmsg.NewDeleteRecordsRequestTopicPartition()
	partition.Offset = offset
	topic := kmsg.NewDeleteRecordsRequestTopic()
	topic.Topic, topic.Partitions = cfg.Topic, []kmsg.DeleteRecordsRequestTopicPartition{partition}
	request := kmsg.NewPtrDeleteRecordsRequest()
	request.Topics = append(request.Topics, topic)
	answer, err := client.Request(deadline(t), request)
	if err != nil {
		t.Fatal(err)
	}
	if p := answer.(*kmsg.DeleteRecordsResponse).Topics[0].Partitions[0]; p.ErrorCode != 0 || p.LowWatermark != offset {
		t.Fatalf("delete records before %d: error %d, the partition begins at %d", offset, p.ErrorCode, p.LowWatermark)
	}
}

// testTruncated takes stored rows away: all, as an emptied table does, and the newest, as a backup does
// that is restored.
func testTruncated(t *testing.T, b broker) {
	p := newPipeline(t, b, 2)
	p.publish(0, 2000)
	stop := p.start(nil)
	p.awaitStored()
	stop()
	execute(t, fmt.Sprintf("DELETE FROM events WHERE site = '%s'", p.site))
	stop = p.start(nil)
	p.awaitRows(2000)
	p.publish(2000, 4000)
	p.awaitRows(4000)
	p.awaitStored()
	stop()
	for _, table := range []string{"events", "ingest_runs"} {
		execute(t, fmt.Sprintf("DELETE FROM %s WHERE %s", table, map[string]string{
			"events":      fmt.Sprintf("site = '%s' AND kafka_offset >= 700", p.site),
			"ingest_runs": fmt.Sprintf("stream = '%s' AND last_offset >= 700", p.stream()),
		}[table]))
	}
	p.start(nil)
	p.awaitRows(4000)
	p.awaitStored()
	p.wantStored(4000, 0)
}

// awaitRows waits until as many events are stored.
func (p *pipeline) awaitRows(want uint64) {
	p.Helper()
	eventually(p.T, func() error {
		if n := count(p.T, "SELECT count() FROM events WHERE site = {site:String}", p.site); n != want {
			return fmt.Errorf("%d rows, want %d", n, want)
		}
		return nil
	})
}

// testRecreated deletes the topic and makes it anew, with fewer records and with more.
func testRecreated(t *testing.T, b broker) {
	p := newPipeline(t, b, 1)
	p.publish(0, 1000)
	stop := p.start(nil)
	p.awaitStored()
	stop()
	stored := 1000
	for round, n := range []int{400, 1500} {
		p.recreate()
		from := 10_000 * (round + 1)
		p.publish(from, from+n)
		stop := p.start(nil)
		stored += n
		p.awaitRows(uint64(stored))
		p.awaitStored()
		stop()
		if a := p.audit(); a.Stored != int64(n) || a.Gaps() != 0 {
			t.Errorf("audit %+v, want %d stored", a, n)
		}
	}
}

func (p *pipeline) recreate() {
	p.Helper()
	client := &kafkago.Client{Addr: kafkago.TCP(p.cfg.Addr...), Timeout: 5 * time.Second, Transport: &kafkago.Transport{}}
	answer, err := client.DeleteTopics(deadline(p.T), &kafkago.DeleteTopicsRequest{Topics: []string{p.cfg.Topic}})
	if err == nil {
		err = answer.Errors[p.cfg.Topic]
	}
	if err != nil {
		p.Fatal(err)
	}
	eventually(p.T, func() error { // the deletion takes a moment
		if stream.Ping(deadline(p.T), p.cfg) == nil {
			return fmt.Errorf("topic %s is still there", p.cfg.Topic)
		}
		return nil
	})
	eventually(p.T, func() error { return stream.EnsureTopic(deadline(p.T), p.cfg) })
}

// testAudit makes a hole, a repeat and an event that was produced twice.
func testAudit(t *testing.T, b broker) {
	p := newPipeline(t, b, 1)
	p.publish(0, 1000)
	p.publish(100, 110)
	p.start(nil)
	p.awaitStored()
	execute(t, "OPTIMIZE TABLE events FINAL")
	if a := p.audit(); a.Stored != 1000 || a.Merged != 10 || a.Gaps() != 0 {
		t.Errorf("audit %+v, want 1000 stored and 10 merged", a)
	}
	execute(t, fmt.Sprintf("DELETE FROM events WHERE site = '%s' AND kafka_offset BETWEEN 20 AND 29", p.site))
	execute(t, fmt.Sprintf("INSERT INTO events SELECT * FROM events WHERE site = '%s' AND kafka_offset = 40", p.site))
	a := p.audit()
	if len(a.Holes) != 1 || a.Holes[0].String() != "20–29" || fmt.Sprint(a.Repeats) != "[40]" || a.Gaps() != 11 {
		t.Errorf("audit %+v, want the hole 20–29 and the repeat 40", a)
	}
}
