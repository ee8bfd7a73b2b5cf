// Package apachekafka runs a real Apache Kafka for tests: one KRaft node, or a cluster of several, each in
// a Java process of its own, on free ports.
//
// It needs java and mvn, and says so where they are missing. The libraries are fetched once per
// machine, into the user's cache. The Java process ends with Stop, and also when the process that
// started it is killed.
package apachekafka

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/segmentio/kafka-go"
)

// startTimeout is generous: a start takes 4 s on an idle machine.
const startTimeout = 2 * time.Minute

// Broker is a running node.
type Broker struct {
	node           node
	dir, classpath string
	process        *process
}

// node is what server.properties.tmpl says about a node.
type node struct {
	ID, Replication  int
	Addr, Controller string
	Voters           string
	Quick            bool // notices soon that another node is gone
	Behind           []Listener

	Secure          map[string]string // addresses by listener
	Keys, Authority string            // PEM files
	SASL            []string          // listeners with the user
	User, Password  string

	heap   string
	format []string // further arguments of the storage tool
}

// quickJava compiles less: a start takes half the time, and the work afterwards longer.
const quickJava = "-XX:TieredStopAtLevel=1"

// java is how the node's Java compiles.
func (n node) java() string {
	if n.Quick {
		return quickJava
	}
	return "-XX:+TieredCompilation" // the default
}

// Start fetches Kafka if need be, formats a new node in the folder and waits until it answers. Stop
// ends it.
func Start(ctx context.Context, dir string) (*Broker, error) {
	return StartBehind(ctx, dir)
}

// first writes the node's folder and starts it.
func (b *Broker) first(ctx context.Context, cluster string) error {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of kafka: %w", err)
	}
	if err := b.configure(); err != nil {
		return fmt.Errorf("write %s: %w", b.propertiesFile(), err)
	}
	if err := b.format(ctx, cluster); err != nil {
		return err
	}
	return b.launch(ctx)
}

// Addr is where clients reach the node; it stays the same over a restart.
func (b *Broker) Addr() string { return b.node.Addr }

// Stop ends the node without a warning, and returns when it has ended.
func (b *Broker) Stop() {
	if b.process != nil {
		b.process.kill()
	}
}

// Restart kills the node without a warning and starts it again on the same data.
func (b *Broker) Restart(ctx context.Context) error {
	b.Stop()
	return b.launch(ctx)
}

//go:embed server.properties.tmpl
var properties string

func (b *Broker) configure() error {
	text, err := template.New("").Parse(properties)
	if err != nil {
		return err
	}
	file, err := os.Create(b.propertiesFile())
	if err != nil {
		return err
	}
	err = text.Execute(file, struct {
		node
		Data string
	}{b.node, filepath.ToSlash(filepath.Join(b.dir, "data"))})
	return errors.Join(err, file.Close())
}

func (b *Broker) propertiesFile() string { return filepath.Join(b.dir, "server.properties") }

func (b *Broker) logFile() string { return filepath.Join(b.dir, "kafka.log") }

func clusterID() string {
	var id [16]byte
	rand.Read(id[1:])                                  // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(id[:]) // begins with 'A': a dash would look like an option
}

func (b *Broker) format(ctx context.Context, cluster string) error {
	args := append([]string{quickJava, "-cp", b.classpath, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", b.propertiesFile()}, b.node.format...)
	if out, err := exec.CommandContext(ctx, "java", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("format the data folder of kafka: %w\n%s", err, out)
	}
	return nil
}

// launch starts Java and waits until the node answers.
func (b *Broker) launch(ctx context.Context) (err error) {
	b.process, err = startProcess(b.logFile(), "java", "-Xmx"+cmp.Or(b.node.heap, "512m"), "-Xms256m", "-XX:+UseSerialGC", b.node.java(),
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", b.classpath, "kafka.Kafka", b.propertiesFile())
	if err != nil {
		return fmt.Errorf("start kafka: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := b.awaitAnswer(ctx); err != nil {
		b.Stop()
		return fmt.Errorf("wait for kafka on %s: %w\n%s", b.node.Addr, err, b.logTail())
	}
	return nil
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
	conn, err := kafka.DialContext(ctx, "tcp", b.node.Addr)
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
