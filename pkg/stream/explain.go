package stream

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/segmentio/kafka-go"
)

// refusal is Kafka's answer to a login. It hides the code from errors.As: a wrong password is not
// Kafka's last word about an event, since somebody will set it right.
type refusal struct{ text string }

func (r refusal) Error() string { return r.text }

func isRefusal(err error) bool { return errors.As(err, new(refusal)) }

// explain says which setting to change when Kafka did not let us in.
func (c Config) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, kafka.SASLAuthenticationFailed):
		return refusal{fmt.Sprintf("kafka does not let user %q in: set kafka-user, and kafka-password-file or kafka-password, to what the brokers know for %s: %v", c.Login.User, c.Login.SASL, err)}
	case errors.Is(err, kafka.UnsupportedSASLMechanism):
		return refusal{fmt.Sprintf("kafka does not offer %s on this port: set kafka-sasl to a mechanism that it does, or kafka-addr to another port: %v", c.Login.SASL, err)}
	case errors.Is(err, kafka.IllegalSASLState) && !c.Login.off():
		return refusal{fmt.Sprintf("kafka asks for no login on this port: set kafka-addr to the port that does, or kafka-sasl to off: %v", err)}
	case c.Login.off() && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return fmt.Errorf("kafka hung up: if this port asks for a login, set kafka-sasl, kafka-user and kafka-password-file: %w", err)
	}
	return err
}

// warn tells of settings that work and are unsafe.
func (c Config) warn(log *slog.Logger) {
	if c.Login.SASL == saslPlain && !c.TLS.On {
		log.Warn("the kafka password crosses the network readable: turn kafka-tls on, or set kafka-sasl to scram-sha-512", "user", c.Login.User)
	}
}
