package faults

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/apachekafka"
	"github.com/footfall-analytics/footfall/deploy/standalone/kafka"
)

// The kinds of broker.
const (
	apache   = "apache"
	embedded = "embedded"
)

// broker is a Kafka that can be killed and started again.
type broker interface {
	// addr is where the harness finds it, without anything in between.
	addr() string
	// collectorAddr and consumerAddr are where the services find it.
	collectorAddr() string
	consumerAddr() string
	// collectorLink and consumerLink are the proxies on the way; nil where there is none.
	collectorLink() *faultProxy
	consumerLink() *faultProxy
	kill()
	start() error
}

func startBroker(kind, dir string) (broker, error) {
	if kind == apache {
		return startApache(dir)
	}
	return startEmbedded(dir)
}

// apacheBroker is a real Apache Kafka. Clients follow the addresses that a broker advertises, so it has
// a listener each for the harness, the collector and the consumer, and advertises the proxies' ports.
type apacheBroker struct {
	*apachekafka.Broker
	collector, consumer *faultProxy
}

func startApache(dir string) (broker, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // it may have to be fetched
	defer cancel()
	a := &apacheBroker{}
	behind := []string{freeAddr(), freeAddr()}
	var err error
	if a.collector, err = shared.proxy("kafka for the collector", behind[0]); err != nil {
		return nil, err
	}
	if a.consumer, err = shared.proxy("kafka for the consumer", behind[1]); err != nil {
		return nil, err
	}
	a.Broker, err = apachekafka.StartBehind(ctx, dir,
		apachekafka.Listener{Name: "COLLECTOR", Addr: behind[0], Advertised: a.collector.addr()},
		apachekafka.Listener{Name: "CONSUMER", Addr: behind[1], Advertised: a.consumer.addr()})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (a *apacheBroker) addr() string               { return a.Addr() }
func (a *apacheBroker) collectorAddr() string      { return a.collector.addr() }
func (a *apacheBroker) consumerAddr() string       { return a.consumer.addr() }
func (a *apacheBroker) collectorLink() *faultProxy { return a.collector }
func (a *apacheBroker) consumerLink() *faultProxy  { return a.consumer }
func (a *apacheBroker) kill()                      { a.Stop() }

func (a *apacheBroker) start() error { return a.Restart(context.Background()) }

// embeddedBroker is the embedded Kafka in a process of its own. It advertises where it listens, so
// nothing can stand in between.
type embeddedBroker struct {
	process *process
	at      string
}

// beKafka is the child.
func beKafka(args []string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	b := kafka.New(kafka.Config{Addr: args[0], DataDir: args[1]}, log)
	return serveUntilSignal(b.Start, b.Stop)
}

func startEmbedded(dir string) (broker, error) {
	b := &embeddedBroker{at: freeAddr()}
	b.process = newProcess("kafka", dir, append(os.Environ(), childVariable+"=kafka"), os.Args[0], b.at, filepath.Join(dir, "data"))
	return b, b.start()
}

func (b *embeddedBroker) start() error {
	if err := b.process.restart(); err != nil {
		return err
	}
	err := awaitError("the embedded kafka", patience, func() bool {
		c, err := net.Dial("tcp", b.at)
		if err == nil {
			c.Close()
		}
		return err == nil || !b.process.alive()
	})
	if !b.process.alive() {
		err = errors.Join(err, fmt.Errorf("the embedded kafka has ended: %s", b.process.tail()))
	}
	return err
}

func (b *embeddedBroker) addr() string               { return b.at }
func (b *embeddedBroker) collectorAddr() string      { return b.at }
func (b *embeddedBroker) consumerAddr() string       { return b.at }
func (b *embeddedBroker) collectorLink() *faultProxy { return nil }
func (b *embeddedBroker) consumerLink() *faultProxy  { return nil }
func (b *embeddedBroker) kill()                      { b.process.kill() }
