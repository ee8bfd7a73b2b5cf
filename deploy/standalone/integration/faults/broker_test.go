package faults

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
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
	b, err := apachekafka.Start(ctx, dir)
	if err != nil {
		return nil, err
	}
	a := &apacheBroker{Broker: b}
	behind := []string{freeAddr(), freeAddr()}
	if a.collector, err = shared.proxy("kafka for the collector", behind[0]); err != nil {
		return nil, err
	}
	if a.consumer, err = shared.proxy("kafka for the consumer", behind[1]); err != nil {
		return nil, err
	}
	if err := a.addListeners(b.PropertiesFile(), behind); err != nil {
		return nil, err
	}
	return a, a.start()
}

// addListeners appends to the broker's properties, where the last of several lines for one name counts.
func (a *apacheBroker) addListeners(file string, behind []string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	listeners, advertised := property(text, "listeners"), property(text, "advertised.listeners")
	more := fmt.Sprintf(`
listeners=%s,COLLECTOR://%s,CONSUMER://%s
advertised.listeners=%s,COLLECTOR://%s,CONSUMER://%s
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,COLLECTOR:PLAINTEXT,CONSUMER:PLAINTEXT
group.min.session.timeout.ms=500
`, listeners, behind[0], behind[1], advertised, a.collector.addr(), a.consumer.addr())
	return os.WriteFile(file, append(text, more...), 0o600)
}

// property reads one line of a properties file.
func property(text []byte, name string) (value string) {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), name+"="); ok {
			value = v
		}
	}
	return value
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
