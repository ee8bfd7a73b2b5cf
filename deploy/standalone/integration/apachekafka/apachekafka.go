// Package apachekafka runs a real Apache Kafka for tests: one KRaft node in a Java process of its own,
// on free ports, with its data in the test's folder.
//
// It needs java and mvn. Where they are missing the test fails and says so; it is never skipped. The
// libraries are fetched once per machine, into the user's cache. The Java process ends with the test,
// and also when the test process itself is killed.
package apachekafka

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/segmentio/kafka-go"
)

// startTimeout is generous: a start takes 4 s on an idle machine.
const startTimeout = 2 * time.Minute

// Broker is a running node.
type Broker struct {
	addr, controller string
	dir, classpath   string
	process          *process
}

// Start fetches Kafka if need be, formats a new node and waits until it answers.
func Start(t testing.TB) *Broker {
	t.Helper()
	b := &Broker{addr: freeAddr(t), controller: freeAddr(t), dir: t.TempDir(), classpath: libraries(t)}
	b.configure(t)
	b.format(t)
	b.launch(t)
	t.Cleanup(func() { b.process.kill() })
	return b
}

// Addr is where clients reach the node; it stays the same over a restart.
func (b *Broker) Addr() string { return b.addr }

// Restart kills the node without a warning and starts it again on the same data.
func (b *Broker) Restart(t testing.TB) {
	t.Helper()
	b.process.kill()
	b.launch(t)
}

//go:embed server.properties.tmpl
var properties string

func (b *Broker) configure(t testing.TB) {
	t.Helper()
	file, err := os.Create(b.propertiesFile())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	err = template.Must(template.New("").Parse(properties)).Execute(file, map[string]string{
		"Addr": b.addr, "Controller": b.controller, "Data": filepath.ToSlash(filepath.Join(b.dir, "data")),
	})
	if err != nil {
		t.Fatalf("write %s: %v", file.Name(), err)
	}
}

func (b *Broker) propertiesFile() string { return filepath.Join(b.dir, "server.properties") }

func (b *Broker) logFile() string { return filepath.Join(b.dir, "kafka.log") }

func (b *Broker) format(t testing.TB) {
	t.Helper()
	var id [16]byte
	rand.Read(id[:])                                                              // never fails: crypto/rand ends the process instead
	cluster := base64.RawURLEncoding.EncodeToString(append([]byte{0}, id[1:]...)) // begins with 'A', never with a dash
	cmd := exec.CommandContext(t.Context(), "java", "-cp", b.classpath, "kafka.tools.StorageTool", "format",
		"-t", cluster, "-c", b.propertiesFile())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("format the data folder of kafka: %v\n%s", err, out)
	}
}

// launch starts Java and waits until the node answers.
func (b *Broker) launch(t testing.TB) {
	t.Helper()
	var err error
	b.process, err = startProcess(b.logFile(), "java", "-Xmx512m", "-Xms256m", "-XX:+UseSerialGC",
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", b.classpath, "kafka.Kafka", b.propertiesFile())
	if err != nil {
		t.Fatalf("start kafka: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	if err := b.awaitAnswer(ctx); err != nil {
		b.process.kill()
		t.Fatalf("kafka on %s does not answer: %v\n%s", b.addr, err, b.logTail())
	}
}

// awaitAnswer asks for the brokers until there is one: the port alone opens too early.
func (b *Broker) awaitAnswer(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		if last = b.ask(ctx); last == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-b.process.ended:
			return fmt.Errorf("the process has ended: %w", b.process.err)
		case <-ctx.Done():
			return last
		}
	}
}

func (b *Broker) ask(ctx context.Context) error {
	conn, err := kafka.DialContext(ctx, "tcp", b.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	brokers, err := conn.Brokers()
	if err == nil && len(brokers) == 0 {
		err = kafka.LeaderNotAvailable
	}
	return err
}

func (b *Broker) logTail() string {
	text, err := os.ReadFile(b.logFile())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(string(text), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}

// freeAddr finds a port that is free now. Another process could take it before Kafka does; then the
// start fails loudly.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
