package apachekafka

import (
	"context"
	"fmt"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/authority"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
)

// The listeners of a secure node beside the plain one. SSL asks for a client certificate.
const (
	SSL           = "SSL"
	SASLPlaintext = "SASL_PLAINTEXT"
	SASLSSL       = "SASL_SSL"
)

// The user of a secure node, for PLAIN and both kinds of SCRAM.
const (
	User     = "footfall"
	Password = "correct-horse-battery"
)

// ServerName is the only name in a secure node's certificate beside 127.0.0.1.
const ServerName = "kafka.test"

// StartSecure starts a node that has the three listeners besides, with a certificate of the authority.
func StartSecure(ctx context.Context, dir string, ca *authority.Authority) (*Broker, error) {
	pair, err := ca.Sign(ServerName, "127.0.0.1")
	if err != nil {
		return nil, err
	}
	n := node{ID: 1, Replication: 1, Secure: map[string]string{}}
	for _, listener := range []string{SSL, SASLPlaintext, SASLSSL} {
		if n.Secure[listener], err = ports.Free(); err != nil {
			return nil, err
		}
	}
	n.Keys, n.Authority = pair.Both, ca.File
	n.SASL, n.User, n.Password = []string{"sasl_plaintext", "sasl_ssl"}, User, Password
	for _, mechanism := range []string{"SCRAM-SHA-256", "SCRAM-SHA-512"} {
		n.format = append(n.format, "--add-scram", fmt.Sprintf("%s=[name=%s,password=%s]", mechanism, User, Password))
	}
	brokers, err := start(ctx, dir, n)
	if err != nil {
		return nil, err
	}
	return brokers[0], nil
}

// SecureAddr is where clients reach one of the listeners of a secure node.
func (b *Broker) SecureAddr(listener string) string { return b.node.Secure[listener] }
