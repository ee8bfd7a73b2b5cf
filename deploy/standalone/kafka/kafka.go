// Package kafka is the embedded Kafka of the standalone binary: one broker in this process, on a real
// port, for any Kafka client. It is franz-go's kfake with its data on disk.
//
// Contract: what was acknowledged, records and committed offsets alike, has been synced to disk and is
// there after kill -9. When something cannot be written (a full disk), nothing is answered any more, and
// the broker starts again from what is on disk, until it can write. There is one broker, so a record has
// one copy. Members of consumer groups are not remembered: after a restart they join again.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Config says where the broker listens and keeps its data.
type Config struct {
	Addr    string // HOST:PORT; clients are told this host, so it must be one that they can reach
	DataDir string // made when it is missing; belongs to one broker at a time
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("kafka-addr %q must be HOST:PORT, such as 127.0.0.1:9092", c.Addr)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		return fmt.Errorf("kafka-addr %q must name the host under which clients reach it, such as 127.0.0.1:9092", c.Addr)
	}
	if c.DataDir == "" {
		return errors.New("the embedded kafka needs a data folder")
	}
	return nil
}

// partitions is how many a topic gets that is created without saying so.
const partitions = 12

// Broker is the embedded Kafka.
type Broker struct {
	cfg     Config
	log     *slog.Logger
	addr    string
	quit    chan struct{} // closed by Stop
	stop    func()
	running sync.WaitGroup
}

// New makes a broker that does not listen yet.
func New(cfg Config, log *slog.Logger) *Broker {
	b := &Broker{cfg: cfg, log: log, quit: make(chan struct{})}
	b.stop = sync.OnceFunc(func() { close(b.quit) })
	return b
}

// Start loads what is on disk and listens.
func (b *Broker) Start(context.Context) error {
	if err := b.cfg.Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(b.cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the embedded kafka: %w", err)
	}
	first, err := b.open()
	if err != nil {
		return err
	}
	b.addr = first.ListenAddrs()[0]
	b.cfg.Addr = b.addr
	b.running.Go(func() { b.keep(first) })
	return nil
}

// Addr is where the broker listens after Start, with the port that it got when the settings ask for port 0.
func (b *Broker) Addr() string { return b.addr }

// Stop writes everything to disk and ends all connections. Stopping a broker that never started, or
// has stopped, does nothing.
func (b *Broker) Stop(context.Context) error {
	b.stop()
	b.running.Wait()
	return nil
}

// logger passes on what kfake has to say. It tells of every request at level info: that is ours at debug.
type logger struct {
	log    *slog.Logger
	health *health
}

func (l logger) Logf(level kfake.LogLevel, format string, args ...any) {
	l.health.note(level, format)
	as := slog.LevelDebug
	switch level {
	case kfake.LogLevelError:
		as = slog.LevelError
	case kfake.LogLevelWarn:
		as = slog.LevelWarn
	}
	ctx := context.Background()
	if l.log.Enabled(ctx, as) {
		l.log.Log(ctx, as, "embedded kafka", "detail", fmt.Sprintf(format, args...))
	}
}
