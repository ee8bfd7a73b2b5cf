package stream

import (
	"fmt"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"

	"github.com/footfall-analytics/footfall/pkg/credentials"
)

// Login says as whom to speak to Kafka. It is part of Config.
type Login struct {
	SASL         string `name:"sasl" help:"How to log in to Kafka: off, plain (which sends the password itself, so use TLS), scram-sha-256 or scram-sha-512." enum:"off,plain,scram-sha-256,scram-sha-512" default:"off"`
	User         string `help:"Kafka user." placeholder:"USER"`
	Password     string `help:"Password of the Kafka user." placeholder:"PASSWORD"`
	PasswordFile string `help:"File that holds the password instead, read again for every connection." type:"path" placeholder:"FILE"`
}

const (
	saslOff   = "off"
	saslPlain = "plain"
)

func (l Login) off() bool { return l.SASL == "" || l.SASL == saslOff }

func (l Login) check() error {
	if l.off() {
		if l.User != "" || l.Password != "" || l.PasswordFile != "" {
			return fmt.Errorf("kafka-user %q and its password need kafka-sasl: set it to what the brokers offer, such as scram-sha-512", l.User)
		}
		return nil
	}
	if l.User == "" {
		return fmt.Errorf("kafka-sasl %s needs kafka-user", l.SASL)
	}
	if l.Password == "" && l.PasswordFile == "" {
		return fmt.Errorf("kafka-sasl %s needs the password of kafka-user %q: set kafka-password-file, or kafka-password", l.SASL, l.User)
	}
	if err := credentials.CheckPassword(setting+"-password", l.Password, l.PasswordFile); err != nil {
		return err
	}
	_, err := l.begin()
	return err
}

// begin makes the mechanism for one connection.
func (l Login) begin() (sasl.Mechanism, error) {
	password, err := credentials.Password(setting+"-password", l.Password, l.PasswordFile)
	if err != nil {
		return nil, err
	}
	var mechanism sasl.Mechanism
	switch l.SASL {
	case saslPlain:
		return plain.Mechanism{Username: l.User, Password: password}, nil
	case "scram-sha-256":
		mechanism, err = scram.Mechanism(scram.SHA256, l.User, password)
	case "scram-sha-512":
		mechanism, err = scram.Mechanism(scram.SHA512, l.User, password)
	default:
		return nil, fmt.Errorf("kafka-sasl %q must be off, plain, scram-sha-256 or scram-sha-512", l.SASL)
	}
	if err != nil { // its text may quote the password
		return nil, fmt.Errorf("kafka-user %q or its password holds a character that %s does not allow", l.User, l.SASL)
	}
	return mechanism, nil
}

func (l Login) mechanism() sasl.Mechanism {
	if l.off() {
		return nil
	}
	return &logins{Login: l, succeeded: make(chan struct{})}
}
