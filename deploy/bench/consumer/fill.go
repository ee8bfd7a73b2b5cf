package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/segmentio/kafka-go"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// atOnce is how many events are written together.
const atOnce = 5000

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func topic(addr, name string) stream.Config {
	return stream.Config{
		Addr: []string{addr}, Topic: name, Partitions: 12, Replication: 1, Retention: 24 * time.Hour, Timeout: 30 * time.Second,
	}
}

// made is the event with a number: 500,000 addresses, 300 user-agents, 1,000 paths of which the first are
// read most, and ids that grow with time.
func made(n int) event.Event {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * 10 * time.Millisecond)
	var hash [10]byte
	binary.BigEndian.PutUint64(hash[:], r.Uint64())
	who := r.Uint32N(500_000)
	var address [4]byte
	binary.BigEndian.PutUint32(address[:], 10<<24|who)
	popularity := r.Float64()
	e := event.Event{
		ID: event.ContentID(at, hash), ViewID: event.ContentID(at, hash), Site: fmt.Sprintf("site%d", who%5),
		Kind: event.Pageview, Witness: event.Beacon, Time: at, Received: at, Address: netip.AddrFrom4(address), AddressMode: event.Full,
		UserAgent: fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/%d", who%300),
		Host:      "example.com", Path: fmt.Sprintf("/articles/%d/a-title-in-words", int(1000*popularity*popularity)),
		Title: "A title in words", Language: "de-AT", Screen: 1920,
	}
	if r.IntN(3) == 0 {
		e.Referrer = fmt.Sprintf("https://ref%d.example/", r.IntN(50))
	}
	return e
}

// fillProtobuf writes the events as the collector does.
func fillProtobuf(ctx context.Context, cfg stream.Config, events int) error {
	p := stream.NewProducer(cfg, stream.ProducerConfig{
		PublishTimeout: time.Minute, InFlight: 2, BatchRecords: 5000, BatchBytes: 512 << 10, QueueRecords: 200_000, QueueBytes: 64 << 20,
	}, quiet())
	if err := p.Start(ctx); err != nil {
		return err
	}
	for n := 0; n < events; n += atOnce {
		var batch []event.Event
		for i := n; i < min(n+atOnce, events); i++ {
			batch = append(batch, made(i))
		}
		if err := p.Publish(ctx, batch); err != nil {
			return err
		}
	}
	return p.Stop(ctx)
}

// fillJSON writes the same events, with the names of the table's columns.
func fillJSON(ctx context.Context, cfg stream.Config, events int) error {
	if err := stream.EnsureTopic(ctx, cfg); err != nil {
		return err
	}
	w := &kafka.Writer{
		Addr: kafka.TCP(cfg.Addr...), Topic: cfg.Topic, RequiredAcks: kafka.RequireAll, Compression: kafka.Lz4,
		BatchSize: atOnce, BatchBytes: 1 << 19, BatchTimeout: 10 * time.Millisecond, Balancer: &kafka.RoundRobin{}, Transport: &kafka.Transport{},
	}
	defer w.Close()
	for n := 0; n < events; n += 12 * atOnce {
		var batch []kafka.Message
		for i := n; i < min(n+12*atOnce, events); i++ {
			value, err := json.Marshal(asRow(made(i)))
			if err != nil {
				return fmt.Errorf("encode event %d: %w", i, err)
			}
			batch = append(batch, kafka.Message{Value: value})
		}
		if err := w.WriteMessages(ctx, batch...); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
	}
	return nil
}

// jsonTime is how the Kafka engine reads a DateTime64 by default.
const jsonTime = "2006-01-02 15:04:05.000"

func asRow(e event.Event) map[string]any {
	row := map[string]any{
		"site": e.Site, "ip": netip.AddrFrom16(e.Address.As16()).String(), "view_id": e.ViewID.String(), "kind": "pageview",
		"event_time": e.Time.Format(jsonTime), "event_id": xxhash.Sum64(e.ID[:]), "received_time": e.Received.Format(jsonTime),
		"witness": "beacon", "address_mode": "full", "user_agent": e.UserAgent, "host": e.Host, "path": e.Path,
		"title": e.Title, "language": e.Language, "screen_px": e.Screen,
	}
	if e.Referrer != "" {
		row["referrer"] = e.Referrer
	}
	return row
}
