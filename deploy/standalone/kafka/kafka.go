// Package kafka is the embedded Kafka of the standalone binary: one broker in this process, on a real
// port, for any Kafka client. It is franz-go's kfake with its data on disk.
//
// Contract: what was acknowledged, records and committed offsets alike, has been synced to disk and is
// there after kill -9. There is one broker, so a record has one copy. Members of consumer groups are
// not remembered: after a restart they join again.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"

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
	cluster *kfake.Cluster
	addr    string
}

// New makes a broker that does not listen yet.
func New(cfg Config, log *slog.Logger) *Broker {
	return &Broker{cfg: cfg, log: log}
}

// Start loads what is on disk and listens.
func (b *Broker) Start(context.Context) error {
	if err := b.cfg.Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(b.cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the embedded kafka: %w", err)
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1), kfake.ListenFn(b.listen),
		kfake.DataDir(b.cfg.DataDir), kfake.SyncWrites(),
		kfake.DefaultNumPartitions(partitions), kfake.ClusterID("footfall-standalone"),
		kfake.WithLogger(logger{b.log}),
	)
	if err != nil {
		return fmt.Errorf("start the embedded kafka on %s in %s: %w", b.cfg.Addr, b.cfg.DataDir, err)
	}
	b.cluster, b.addr = cluster, cluster.ListenAddrs()[0]
	return nil
}

// listen takes our address instead of the one of kfake, which is always on 127.0.0.1.
func (b *Broker) listen(network, _ string) (net.Listener, error) {
	return net.Listen(network, b.cfg.Addr)
}

// Addr is where the broker listens after Start, with the port that it got when the settings ask for port 0.
func (b *Broker) Addr() string { return b.addr }

// Stop writes everything to disk and ends all connections. Stopping a broker that never started, or
// has stopped, does nothing.
func (b *Broker) Stop(context.Context) error {
	if b.cluster != nil {
		b.cluster.Close()
	}
	return nil
}

// logger passes on what kfake has to say. It tells of every request at level info: that is ours at debug.
type logger struct{ log *slog.Logger }

func (l logger) Logf(level kfake.LogLevel, format string, args ...any) {
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
