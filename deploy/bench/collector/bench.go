package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/apachekafka"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

type bench struct {
	out                   io.Writer
	duration              time.Duration
	connections, batchers int
	kafka, dir            string
}

// perBatch is how many events a batch and a bare request hold.
const perBatch = 1000

// posted is the n-th event as a client posts it: each has ids, a page and a title of its own, as real
// ones have, so that compression finds no more than it would.
func posted(n int) string {
	id := event.NewID(time.UnixMilli(1_767_225_600_000 + int64(n)))
	return fmt.Sprintf(`{"site":"demo","type":"pageview","url":"https://www.example.com/articles/%d-%s?utm_source=letter","event_id":%q,`+
		`"view_id":%q,"title":"Article %d of usual length","referrer":"https://search.example/","screen_px":1280,"scroll_pct":35}`, n, id, id, id, n)
}

// stored is the same event as it goes to Kafka.
func stored(n int) event.Event {
	at := time.UnixMilli(1_767_225_600_000 + int64(n)).UTC()
	id := event.NewID(at)
	return event.Event{
		ID: id, ViewID: id, Site: "demo", Kind: event.Pageview, Witness: event.API,
		Time: at, Received: at, Address: netip.MustParseAddr("127.0.0.1"), AddressMode: event.Full,
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
		Host:      "www.example.com", Path: fmt.Sprintf("/articles/%d-%s", n, id), Query: "utm_source=letter",
		Title: fmt.Sprintf("Article %d of usual length", n), Referrer: "https://search.example/", Language: "de-AT",
		Campaign: event.Campaign{Source: "letter"}, Screen: 1280, Scroll: 35,
	}
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "collector-bench"); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	defer os.RemoveAll(b.dir)
	machine, err := measure.Machine()
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%s; Apache Kafka on the same machine; %d connections, %d batchers, %s each\n", machine, b.connections, b.batchers, b.duration)
	node, err := apachekafka.Start(ctx, b.dir)
	if err != nil {
		return err
	}
	defer node.Stop()
	b.kafka = node.Addr()
	if err := stream.EnsureTopic(ctx, kafkaConfig(b.kafka)); err != nil {
		return err
	}
	var lines strings.Builder
	for n := range perBatch {
		lines.WriteString(posted(n) + "\n")
	}
	single := post("/v1/events", "text/plain;charset=UTF-8", posted(0))
	batch := post("/v1/batch", "application/x-ndjson", lines.String(), "Authorization", "Bearer "+token)
	var figures figures
	for _, m := range []struct {
		into    *result
		measure func() (result, error)
	}{
		{&figures.instant, func() (result, error) { return b.posts(ctx, "", single, b.connections, 1) }},
		{&figures.durable, func() (result, error) { return b.posts(ctx, b.kafka, single, b.connections, 1) }},
		{&figures.instantBatch, func() (result, error) { return b.posts(ctx, "", batch, b.batchers, perBatch) }},
		{&figures.durableBatch, func() (result, error) { return b.posts(ctx, b.kafka, batch, b.batchers, perBatch) }},
		{&figures.bare, func() (result, error) { return b.bare(ctx) }},
	} {
		if *m.into, err = m.measure(); err != nil {
			return err
		}
	}
	return figures.report(b.out)
}

// posts measures a collector on its own process; without a Kafka its publisher is instant.
func (b *bench) posts(ctx context.Context, kafka string, request []byte, connections, events int) (r result, err error) {
	c, err := measure.Start(ctx, serveArgument, kafka, b.dir)
	if err != nil {
		return r, err
	}
	workers, closers := make([]worker, connections), make([]io.Closer, connections)
	for i := range workers {
		if workers[i], closers[i], err = poster(c.Line, request); err != nil {
			_, stopErr := c.Stop()
			return r, errors.Join(err, stopErr)
		}
	}
	warm, err := work(ctx, b.duration/5, workers, events)
	if err == nil {
		r, err = work(ctx, b.duration, workers, events)
	}
	for _, conn := range closers {
		err = errors.Join(err, conn.Close())
	}
	used, stopErr := c.Stop()
	r.peak, r.cpu, r.all = used.Peak, used.CPU, warm.events+r.events
	return r, errors.Join(err, stopErr)
}

// ownTime is the processor time that this process has used.
func ownTime() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}

// bare writes the bytes that the collector would write, with nothing but kafka-go.
func (b *bench) bare(ctx context.Context) (result, error) {
	values := make([][]byte, perBatch)
	for n := range values {
		e := stored(n)
		values[n] = stream.Encode(nil, &e)
	}
	transport := &kafka.Transport{MetadataTopics: []string{"events"}}
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(b.kafka), Timeout: 10 * time.Second, Transport: transport}
	workers := make([]worker, b.batchers)
	for i := range workers {
		workers[i] = func(ctx context.Context) error {
			records := make([]kafka.Record, perBatch)
			for n := range records {
				records[n] = kafka.Record{Value: kafka.NewBytes(values[n]), Headers: []kafka.Header{{Key: stream.HeaderVersion, Value: []byte(stream.Version)}}}
			}
			answer, err := client.Produce(ctx, &kafka.ProduceRequest{
				Topic: "events", Partition: i % 12, RequiredAcks: kafka.RequireAll,
				Records: kafka.NewRecordReader(records...), Compression: kafka.Lz4,
			})
			if err == nil {
				err = answer.Error
			}
			return err
		}
	}
	if _, err := work(ctx, b.duration/5, workers, perBatch); err != nil {
		return result{}, err
	}
	before, err := ownTime()
	if err != nil {
		return result{}, err
	}
	r, err := work(ctx, b.duration, workers, perBatch)
	if err != nil {
		return result{}, err
	}
	after, err := ownTime()
	r.cpu, r.all = after-before, r.events
	return r, err
}
