// Package mail sends messages through the operator's mail server, by SMTP.
//
// The server's certificate is checked and TLS is required, but for a server on loopback. The password is
// read from its file for each connection. A message goes to one recipient, and none of its headers can
// hold a line break. Sending a message again with the same ID is safe for servers and mailboxes that
// know a Message-ID.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/footfall-analytics/footfall/pkg/credentials"
)

// timeout bounds a dial and each answer of the server.
const timeout = 30 * time.Second

// Sender sends messages.
type Sender struct{ cfg Config }

// NewSender makes a Sender.
func NewSender(cfg Config) *Sender { return &Sender{cfg} }

// Send hands a message to the server; nil says that the server has taken it.
func (s *Sender) Send(ctx context.Context, m Message) error {
	message, err := m.compose(s.cfg.From)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	if err := client.DialAndSendWithContext(ctx, message); err != nil && !message.IsDelivered() { // what fails after that is the goodbye
		return fmt.Errorf("send mail by %s: %w", s.cfg.Server, err)
	}
	return nil
}

func (s *Sender) client() (*gomail.Client, error) {
	trust, err := s.cfg.trust()
	if err != nil {
		return nil, err
	}
	options := []gomail.Option{
		gomail.WithPort(s.cfg.port()), gomail.WithTimeout(timeout), gomail.WithTLSConfig(trust), gomail.WithTLSPolicy(gomail.TLSMandatory),
	}
	switch s.cfg.TLS {
	case implicit:
		options = append(options, gomail.WithSSL())
	case none:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.cfg.User != "" {
		password, err := credentials.Password("mail-password", "", s.cfg.PasswordFile)
		if err != nil {
			return nil, err
		}
		options = append(options, gomail.WithSMTPAuth(s.cfg.auth()), gomail.WithUsername(s.cfg.User), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(s.cfg.Server, options...)
	if err != nil {
		return nil, fmt.Errorf("set up mail by %s: %w", s.cfg.Server, err)
	}
	return client, nil
}

// auth is how to sign in; a password goes over loopback in the clear only when there is no TLS there.
func (c Config) auth() gomail.SMTPAuthType {
	if c.TLS == none {
		return gomail.SMTPAuthPlainNoEnc
	}
	return gomail.SMTPAuthAutoDiscover
}

// trust says whose certificates are believed.
func (c Config) trust() (*tls.Config, error) {
	cfg := &tls.Config{ServerName: c.Server, MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return cfg, nil
	}
	content, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read mail-ca-file: %w", err)
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("mail-ca-file %q holds no certificate: it must be in PEM", c.CAFile)
	}
	return cfg, nil
}
