package credentials

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

// tlsAlert is the first byte of a TLS alert. Kafka's and ClickHouse's own answers never begin with it:
// there it would be the length of a message above 350 MB, and a kind of packet that does not exist.
const tlsAlert = 0x15

var errTLSAlert = errors.New("its first answer is a TLS alert")

// explainHandshake says which setting makes the handshake work.
func explainHandshake(prefix, addr string, err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("the certificate of %s is signed by an authority that is not trusted here: put that authority's certificate into %s-tls-ca-file: %w", addr, prefix, err)
	case errors.As(err, &name):
		return fmt.Errorf("the certificate of %[1]s is for another name: use that name in %[2]s-addr, or set %[2]s-tls-server-name: %[3]w", addr, prefix, err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("the certificate of %s is not valid at this time: renew it, or set this machine's clock: %w", addr, err)
	case errors.As(err, &record):
		return fmt.Errorf("%[1]s does not speak TLS: set %[2]s-addr to the server's port for TLS, or turn %[2]s-tls off: %[3]w", addr, prefix, err)
	case hungUp(err):
		return fmt.Errorf("%[1]s hung up during the TLS handshake: unless it is just stopping, it does not speak TLS; set %[2]s-addr to its port for TLS, or turn %[2]s-tls off: %[3]w", addr, prefix, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%s did not answer a TLS handshake in time: if it does not speak TLS, turn %s-tls off: %w", addr, prefix, err)
	}
	return explainAlert(prefix, addr, err)
}

// explainAlert explains what the server said against our certificate.
func explainAlert(prefix, addr string, err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return fmt.Errorf("%[1]s ended the TLS handshake: if it asks for a certificate, set %[2]s-tls-cert-file and %[2]s-tls-key-file to one that it trusts: %[3]w", addr, prefix, err)
	}
	return err
}

// explainPlain explains the first answer to somebody who does not speak TLS.
func explainPlain(prefix, addr string, err error) error {
	if errors.Is(err, errTLSAlert) {
		return fmt.Errorf("%s speaks TLS: turn %s-tls on, or use its port without: %w", addr, prefix, err)
	}
	return fmt.Errorf("%s hung up without an answer: unless it is just stopping, it speaks TLS; turn %s-tls on: %w", addr, prefix, err)
}

// hungUp says that the server has closed the connection.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
