package kafka_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
	"github.com/footfall-analytics/footfall/deploy/standalone/kafka"
)

const topic = "words"

func start(t *testing.T, addr, dir string) *kafka.Broker {
	t.Helper()
	b := kafka.New(kafka.Config{Addr: addr, DataDir: dir}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Stop(context.Background()) })
	return b
}

func TestProduceConsumeCommitRestart(t *testing.T) {
	addr, err := ports.Free() // it comes back to it
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b := start(t, addr, dir)
	createTopic(t, b.Addr())
	writeWords(t, b.Addr(), 0, 100)

	reader := newReader(b.Addr())
	readWords(t, reader, 0, 60)
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	again := start(t, b.Addr(), dir)
	writeWords(t, again.Addr(), 100, 110)
	reader = newReader(again.Addr())
	defer reader.Close()
	readWords(t, reader, 60, 110)
}

func TestTopicGetsTwelvePartitions(t *testing.T) {
	b := start(t, "127.0.0.1:0", t.TempDir())
	client := &kafkago.Client{Addr: kafkago.TCP(b.Addr()), Transport: &kafkago.Transport{}}
	answer, err := client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{
		Topics: []kafkago.TopicConfig{{Topic: "any", NumPartitions: -1, ReplicationFactor: 1}},
	})
	if err != nil || answer.Errors["any"] != nil {
		t.Fatal(err, answer)
	}
	metadata, err := client.Metadata(t.Context(), &kafkago.MetadataRequest{Topics: []string{"any"}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(metadata.Topics[0].Partitions); n != 12 {
		t.Errorf("topic has %d partitions, want 12", n)
	}
}

func TestValidate(t *testing.T) {
	f := func(addr, dir string, ok bool) {
		t.Helper()
		if err := (kafka.Config{Addr: addr, DataDir: dir}).Validate(); (err == nil) != ok {
			t.Errorf("address %q, folder %q: %v", addr, dir, err)
		}
	}
	f("127.0.0.1:9092", "d", true)
	f("kafka.example:9092", "d", true)
	f("0.0.0.0:9092", "d", false)
	f("[::]:9092", "d", false)
	f(":9092", "d", false)
	f("127.0.0.1", "d", false)
	f("127.0.0.1:9092", "", false)
}

func TestPortInUse(t *testing.T) {
	b := start(t, "127.0.0.1:0", t.TempDir())
	second := kafka.New(kafka.Config{Addr: b.Addr(), DataDir: t.TempDir()}, slog.Default())
	if err := second.Start(t.Context()); err == nil {
		t.Errorf("a second broker started on %s", b.Addr())
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func createTopic(t *testing.T, addr string) {
	t.Helper()
	client := &kafkago.Client{Addr: kafkago.TCP(addr), Transport: &kafkago.Transport{}}
	answer, err := client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{
		Topics: []kafkago.TopicConfig{{Topic: topic, NumPartitions: 1, ReplicationFactor: 1}},
	})
	if err != nil || answer.Errors[topic] != nil {
		t.Fatal(err, answer)
	}
}

func writeWords(t *testing.T, addr string, from, to int) {
	t.Helper()
	w := &kafkago.Writer{
		Addr: kafkago.TCP(addr), Topic: topic, RequiredAcks: kafkago.RequireAll,
		BatchTimeout: time.Millisecond, Transport: &kafkago.Transport{},
	}
	defer w.Close()
	var messages []kafkago.Message
	for i := from; i < to; i++ {
		messages = append(messages, kafkago.Message{Value: []byte(strconv.Itoa(i))})
	}
	if err := w.WriteMessages(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

func newReader(addr string) *kafkago.Reader {
	return kafkago.NewReader(kafkago.ReaderConfig{
		Brokers: []string{addr}, Topic: topic, GroupID: "readers", StartOffset: kafkago.FirstOffset,
		MaxWait: 100 * time.Millisecond, JoinGroupBackoff: 100 * time.Millisecond,
	})
}

// readWords reads and commits, and checks that exactly the words from…to-1 come, in order.
func readWords(t *testing.T, r *kafkago.Reader, from, to int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for i := from; i < to; i++ {
		m, err := r.FetchMessage(ctx)
		if err != nil {
			t.Fatalf("word %d: %v", i, err)
		}
		if got, want := string(m.Value), fmt.Sprint(i); got != want {
			t.Fatalf("read %q, want %q", got, want)
		}
		if i == to-1 {
			if err := r.CommitMessages(ctx, m); err != nil {
				t.Fatal(err)
			}
		}
	}
}
