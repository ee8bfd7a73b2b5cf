package credentials

import (
	"context"
	"crypto/tls"
	"net"
	"syscall"
)

// Dial opens a connection to a HOST:PORT, over TLS when it is on; the handshake is done then.
func (t TLS) Dial(ctx context.Context, prefix, addr string) (net.Conn, error) {
	var dialer net.Dialer
	plain, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: plain, tcp: plain, prefix: prefix, addr: addr}
	if !t.On {
		return c, nil
	}
	cfg, err := t.config(prefix, addr)
	if err != nil {
		plain.Close()
		return nil, err
	}
	secure := tls.Client(plain, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, explainHandshake(prefix, addr, err)
	}
	c.Conn, c.secure = secure, true
	return c, nil
}

// conn explains what is wrong when the first answer shows that one side speaks TLS and the other does
// not, or that the server wants a certificate: with TLS 1.3 it says so only then.
type conn struct {
	net.Conn
	tcp          net.Conn
	prefix, addr string
	secure       bool
	answered     bool
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.answered {
		return n, err
	}
	c.answered = n > 0
	if !c.secure && n > 0 && b[0] == tlsAlert {
		return 0, explainPlain(c.prefix, c.addr, errTLSAlert)
	}
	if n == 0 && err != nil {
		return 0, c.explainFirst(err)
	}
	return n, err
}

func (c *conn) explainFirst(err error) error {
	if c.secure {
		return explainAlert(c.prefix, c.addr, err)
	}
	if hungUp(err) {
		return explainPlain(c.prefix, c.addr, err)
	}
	return err
}

// SyscallConn lets clickhouse-go see whether a connection that has been idle is still open.
func (c *conn) SyscallConn() (syscall.RawConn, error) {
	if s, ok := c.tcp.(syscall.Conn); ok {
		return s.SyscallConn()
	}
	return nil, syscall.ENOTSUP
}
