package integration

import (
	"bytes"
	"crypto/tls"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/apachekafka"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/authority"
	"github.com/footfall-analytics/footfall/pkg/credentials"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// secured is a real Apache Kafka with TLS and users.
type secured struct {
	*apachekafka.Broker
	ca  *authority.Authority
	own authority.Pair
}

func newAuthority(t testing.TB) *authority.Authority {
	t.Helper()
	ca, err := authority.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func sign(t testing.TB, ca *authority.Authority, name string, addresses ...string) authority.Pair {
	t.Helper()
	pair, err := ca.Sign(name, addresses...)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// at are the settings of a topic of its own on one listener, over TLS and with a login.
func (s secured) at(listener, mechanism string) stream.Config {
	cfg := settings(s)
	cfg.Addr = []string{s.SecureAddr(listener)}
	cfg.TLS = credentials.TLS{On: true, CAFile: s.ca.File}
	cfg.Login = stream.Login{SASL: mechanism, User: apachekafka.User, Password: apachekafka.Password}
	return cfg
}

func TestSecureApacheKafka(t *testing.T) {
	ca := newAuthority(t)
	b, err := apachekafka.StartSecure(t.Context(), t.TempDir(), ca)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Stop)
	s := secured{Broker: b, ca: ca, own: sign(t, ca, "footfall")}
	t.Run("ways in", func(t *testing.T) { testWaysIn(t, s) })
	t.Run("ways out", func(t *testing.T) { testWaysOut(t, s) })
	t.Run("wrong password", func(t *testing.T) { testWrongPassword(t, s) })
	t.Run("rotated password", func(t *testing.T) { testRotatedPassword(t, s) })
	t.Run("leader", func(t *testing.T) { testSecureLeader(t, s.at(apachekafka.SASLSSL, "scram-sha-256")) })
}

func testWaysIn(t *testing.T, s secured) {
	f := func(name string, cfg stream.Config, change func(*stream.Config)) {
		t.Helper()
		change(&cfg)
		t.Run(name, func(t *testing.T) { passThrough(t, cfg) })
	}
	same := func(*stream.Config) {}
	f("plain", s.at(apachekafka.SASLSSL, "plain"), same)
	f("scram-sha-256", s.at(apachekafka.SASLSSL, "scram-sha-256"), same)
	f("scram-sha-512", s.at(apachekafka.SASLSSL, "scram-sha-512"), same)
	f("without tls", s.at(apachekafka.SASLPlaintext, "scram-sha-512"), func(c *stream.Config) { c.TLS = credentials.TLS{} })
	f("name in the certificate", s.at(apachekafka.SASLSSL, "scram-sha-512"), func(c *stream.Config) {
		c.TLS.ServerName = apachekafka.ServerName
	})
	f("client certificate", s.at(apachekafka.SSL, "off"), func(c *stream.Config) {
		c.Login = stream.Login{}
		c.TLS.CertFile, c.TLS.KeyFile = s.own.Cert, s.own.Key
	})
}

// passThrough creates a topic, writes to it, reads from it, commits and asks for the lag.
func passThrough(t *testing.T, cfg stream.Config) {
	t.Helper()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	cfg.Partitions = 1
	p, s := startProducer(t, cfg, limits()), startSource(t, cfg, "group-"+cfg.Topic)
	publish(t, p, pageviews(0, 10))
	readDistinct(t, s, 10)
	if err := s.serving.Load().Commit(deadline(t), 10, ""); err != nil {
		t.Error(err)
	}
	if lag, err := s.Lag(deadline(t)); err != nil || lag[0] != 0 {
		t.Errorf("lag %v, %v", lag, err)
	}
}

// testWaysOut checks that the detail of readiness names what to change.
func testWaysOut(t *testing.T, s secured) {
	f := func(name string, cfg stream.Config, change func(*stream.Config), want string) {
		t.Helper()
		change(&cfg)
		err := stream.Ping(deadline(t), cfg)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), apachekafka.Password) {
			t.Errorf("%s: %v; want %q", name, err, want)
		}
	}
	plaintext := func(c *stream.Config) { c.TLS = credentials.TLS{} }
	nobody := func(c *stream.Config) { c.Login = stream.Login{} }
	same := func(*stream.Config) {}
	f("wrong password", s.at(apachekafka.SASLSSL, "scram-sha-256"), func(c *stream.Config) { c.Login.Password += "x" }, `does not let user "footfall" in: set kafka-user, and kafka-password-file`)
	f("wrong user, plain", s.at(apachekafka.SASLSSL, "plain"), func(c *stream.Config) { c.Login.User = "nobody" }, `does not let user "nobody" in`)
	f("unknown authority", s.at(apachekafka.SASLSSL, "plain"), func(c *stream.Config) { c.TLS.CAFile = "" }, "put that authority's certificate into kafka-tls-ca-file")
	f("other name", s.at(apachekafka.SASLSSL, "plain"), func(c *stream.Config) { c.TLS.ServerName = "other.test" }, "set kafka-tls-server-name: tls: failed to verify certificate: x509: certificate is valid for kafka.test, not other.test")
	f("plaintext to tls, with a login", s.at(apachekafka.SASLSSL, "plain"), plaintext, "speaks TLS: turn kafka-tls on")
	f("plaintext to tls", s.at(apachekafka.SSL, ""), func(c *stream.Config) { plaintext(c); nobody(c) }, "speaks TLS: turn kafka-tls on")
	f("tls to plaintext", s.at(apachekafka.SASLPlaintext, "plain"), same, "turn kafka-tls off")
	f("no login", s.at(apachekafka.SASLSSL, ""), nobody, "set kafka-sasl, kafka-user and kafka-password-file")
	f("login where none is asked", s.at(apachekafka.SSL, "plain"), func(c *stream.Config) {
		c.TLS.CertFile, c.TLS.KeyFile = s.own.Cert, s.own.Key
	}, "kafka-sasl to off")
	f("no certificate", s.at(apachekafka.SSL, ""), nobody, "set kafka-tls-cert-file and kafka-tls-key-file")
}

// testWrongPassword: one line in the log, and an error that says to try again: nothing is wrong with
// the event.
func testWrongPassword(t *testing.T, s secured) {
	cfg, limit := s.at(apachekafka.SASLSSL, "scram-sha-512"), limits()
	cfg.Login.Password, limit.PublishTimeout = "not-the-password", 2*time.Second
	var log bytes.Buffer
	p := stream.NewProducer(cfg, limit, slog.New(slog.NewJSONHandler(&log, nil)))
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := p.Publish(deadline(t), pageviews(0, 1))
	var refused *stream.Unaccepted
	if !errors.As(err, &refused) || refused.Reason() != stream.ReasonTimeout || !strings.Contains(err.Error(), "set kafka-user, and kafka-password-file") {
		t.Errorf("publish: %v", err)
	}
	if err := p.Stop(deadline(t)); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(log.String(), "\n"); lines != 1 || strings.Contains(log.String(), cfg.Login.Password) {
		t.Errorf("%d lines in the log, want 1 without the password:\n%s", lines, &log)
	}
}

// testRotatedPassword: producer and source find the password in its file while they run.
func testRotatedPassword(t *testing.T, s secured) {
	file := filepath.Join(t.TempDir(), "password")
	write := func(password string) {
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("the-one-before")
	cfg, limit := s.at(apachekafka.SASLSSL, "plain"), limits()
	cfg.Login.Password, cfg.Login.PasswordFile = "", file
	limit.PublishTimeout = time.Second
	p, source := startProducer(t, cfg, limit), startSource(t, cfg, "group-"+cfg.Topic)
	if err := p.Publish(deadline(t), pageviews(0, 1)); err == nil {
		t.Error("published with a wrong password")
	}
	write(apachekafka.Password)
	eventually(t, func() error { return p.Publish(deadline(t), pageviews(0, 1)) })
	readDistinct(t, source, 1)
}

func testSecureLeader(t *testing.T, cfg stream.Config) {
	leader, elected := stream.NewLeader(cfg, "leader-"+cfg.Topic, quiet()), make(chan struct{}, 1)
	leader.OnElected(func() { elected <- struct{}{} })
	if err := leader.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-elected:
	case <-deadline(t).Done():
		t.Error("nobody leads")
	}
	if err := leader.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestSecureEmbeddedKafka asks the library behind the embedded Kafka for TLS and a login.
func TestSecureEmbeddedKafka(t *testing.T) {
	ca := newAuthority(t)
	pair := sign(t, ca, "kafka.test", "127.0.0.1")
	certificate, err := tls.LoadX509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1), kfake.DefaultNumPartitions(1), kfake.TLS(&tls.Config{Certificates: []tls.Certificate{certificate}}),
		kfake.EnableSASL(), kfake.Superuser("PLAIN", apachekafka.User, apachekafka.Password),
		kfake.Superuser("SCRAM-SHA-512", apachekafka.User, apachekafka.Password),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	for _, mechanism := range []string{"plain", "scram-sha-512"} {
		cfg := stream.Config{
			Addr: cluster.ListenAddrs(), Topic: "events-" + mechanism, Partitions: 1, Replication: 1, Retention: time.Hour, Timeout: 5 * time.Second,
			TLS:   credentials.TLS{On: true, CAFile: ca.File},
			Login: stream.Login{SASL: mechanism, User: apachekafka.User, Password: apachekafka.Password},
		}
		t.Run(mechanism, func(t *testing.T) { passThrough(t, cfg) })
		cfg.Login.Password = "wrong"
		if err := stream.Ping(deadline(t), cfg); err == nil || !strings.Contains(err.Error(), "set kafka-user") {
			t.Errorf("%s with a wrong password: %v", mechanism, err)
		}
	}
}
