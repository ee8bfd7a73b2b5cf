package outgoing

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"syscall"
	"time"
)

const idle = 30 * time.Second

// newTransport makes a transport that asks the rules at each dial.
func newTransport(cfg Config, allowed rules) (*http.Transport, error) {
	roots, err := cfg.roots()
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		DialContext:            guarded{allowed, net.DefaultResolver}.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    timeout,
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        idle,
		ForceAttemptHTTP2:      true,
	}, nil
}

// roots are the authorities to trust; nil: those of this machine.
func (c Config) roots() (*x509.CertPool, error) {
	if c.CAFile == "" {
		return nil, nil
	}
	content, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read outgoing-ca-file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("outgoing-ca-file %q holds no certificate: it must be in PEM", c.CAFile)
	}
	return pool, nil
}

// guarded dials the hosts that the rules name, at addresses that the rules allow.
type guarded struct {
	rules    rules
	resolver *net.Resolver
}

// dial holds each address that the name has resolved to against the rule of the name, right before the
// connection is made: nothing is resolved again after that.
func (g guarded) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, err := hostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial %q: %w", address, err)
	}
	to, ok := g.rules[host]
	if !ok {
		return nil, fmt.Errorf("dial %q: %w", host, ErrRefused)
	}
	check := func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !to.reach(at.Addr().Unmap().WithZone("")) {
			return fmt.Errorf("%s is at %s: %w", host, address, ErrRefused)
		}
		return nil
	}
	d := net.Dialer{Timeout: timeout, Control: check, Resolver: g.resolver}
	return d.DialContext(ctx, network, address)
}
