package stream

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/segmentio/kafka-go"
)

const (
	// setting begins the names of all settings of Config.
	setting  = "kafka"
	clientID = "footfall"
)

func (c Config) transport() *kafka.Transport {
	return &kafka.Transport{
		ClientID: clientID, Dial: c.dial, DialTimeout: c.Timeout, SASL: c.Login.mechanism(),
		MetadataTTL: metadataTTL, MetadataTopics: []string{c.Topic},
	}
}

// metadataTTL bounds for how long a request may go to a broker that no longer leads a partition.
const metadataTTL = time.Second

// client makes a client; its timeout is what kafka-go bounds every request with, and half of it is
// how long the broker waits for its replicas.
func (c Config) client(transport *kafka.Transport) *kafka.Client {
	return &kafka.Client{Addr: kafka.TCP(c.Addr...), Timeout: c.Timeout, Transport: explaining{transport, c}}
}

func (c Config) dialer() *kafka.Dialer {
	return &kafka.Dialer{ClientID: clientID, Timeout: c.Timeout, DialFunc: c.dial, SASLMechanism: c.Login.mechanism()}
}

// dial leaves time for the other brokers when one of them does not answer: kafka-go tries one after
// the other within one timeout. Its ctx lasts until the login is over, and for that kafka-go sets no
// deadline itself.
func (c Config) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	dialing, cancel := context.WithTimeout(ctx, c.Timeout/time.Duration(max(1, len(c.Addr))))
	defer cancel()
	conn, err := c.TLS.Dial(dialing, setting, addr)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) { // a login that works ends ctx by cancelling it
			conn.Close()
		}
	})
	return conn, nil
}

// explaining adds to the errors of a transport which setting to change.
type explaining struct {
	*kafka.Transport
	cfg Config
}

func (e explaining) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	response, err := e.Transport.RoundTrip(ctx, addr, request)
	return response, e.cfg.explain(err)
}
