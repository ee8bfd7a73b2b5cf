// Package mailserver is a mail server for tests: real SMTP on a socket, with TLS and sign-in, that keeps
// what it takes.
package mailserver

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is a message as it came.
type Mail struct {
	From, To string
	Secure   bool // over TLS
	User     string
	Content  []byte
}

// Server takes mail.
type Server struct {
	Host string
	Port int

	mu     sync.Mutex
	taken  []Mail
	refuse int
	rude   bool
}

// Password is the one that the user reports has.
const Password = "correct horse"

// Start serves on loopback with a certificate; implicit: TLS from the first byte on.
func Start(t *testing.T, cert tls.Certificate, implicit bool) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		_, secure := c.TLSConnectionState()
		return &session{server: s, mail: Mail{Secure: secure}, conn: c}, nil
	}))
	server.Domain, server.TLSConfig = "mail.test", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	server.ReadTimeout, server.WriteTimeout, server.MaxMessageBytes = 10*time.Second, 10*time.Second, 5<<20
	if implicit {
		l = tls.NewListener(l, server.TLSConfig)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-done })
	return s
}

// RefuseNext makes the server refuse so many messages for now.
func (s *Server) RefuseNext(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = n
}

// HangUp makes the server end connections once it has taken a message, without waiting for a goodbye.
func (s *Server) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rude = true
}

// Taken are the messages so far.
func (s *Server) Taken() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.taken...)
}

type session struct {
	server *Server
	conn   *smtp.Conn
	mail   Mail
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "reports" || password != Password {
			return errors.New("wrong user or password")
		}
		s.mail.User = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.mail.User == "" {
		return smtp.ErrAuthRequired
	}
	_, s.mail.Secure = s.conn.TLSConnectionState()
	s.mail.From = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.mail.To != "" {
		return errors.New("one recipient a message")
	}
	s.mail.To = to
	return nil
}

func (s *session) Data(r io.Reader) (err error) {
	if s.mail.Content, err = io.ReadAll(r); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refuse > 0 {
		s.server.refuse--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
	}
	s.server.taken = append(s.server.taken, s.mail)
	return nil
}

// Reset follows the answer to a message.
func (s *session) Reset() {
	s.server.mu.Lock()
	rude := s.server.rude && s.mail.Content != nil
	s.server.mu.Unlock()
	if rude {
		go s.conn.Close() // the connection is locked until this returns
	}
	s.mail = Mail{User: s.mail.User}
}

func (s *session) Logout() error { return nil }
