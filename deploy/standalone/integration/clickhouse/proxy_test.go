package clickhouse

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
)

// proxy is another address of the database, with or without TLS, that can die and come back.
type proxy struct {
	addr   string
	target string
	tls    *tls.Config

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	taken    int  // connections so far
	silent   bool // takes connections and says nothing
}

func startProxy(t *testing.T, secure *tls.Config) *proxy {
	t.Helper()
	addr, err := ports.Free() // it comes back to it
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: addr, target: database.NativeAddr, tls: secure, conns: map[net.Conn]bool{}}
	p.revive(t)
	t.Cleanup(p.kill)
	return p
}

// revive listens, on the same address as before.
func (p *proxy) revive(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.listener = l
	p.mu.Unlock()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
}

// kill ends all connections and takes no more.
func (p *proxy) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener.Close()
	for c := range p.conns {
		c.Close()
	}
}

// silence ends all connections; new ones get no answer.
func (p *proxy) silence() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = true
	for c := range p.conns {
		c.Close()
	}
}

func (p *proxy) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken
}

func (p *proxy) serve(client net.Conn) {
	silent := p.keep(client)
	defer p.drop(client)
	if silent {
		_, _ = io.Copy(io.Discard, client)
		return
	}
	if p.tls != nil {
		client = tls.Server(client, p.tls)
	}
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	p.keep(server)
	defer p.drop(server)
	go func() {
		_, _ = io.Copy(server, client)
		server.Close()
	}()
	_, _ = io.Copy(client, server)
	client.Close()
}

func (p *proxy) keep(c net.Conn) (silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = true
	if c.LocalAddr().String() == p.addr {
		p.taken++
	}
	return p.silent
}

func (p *proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.Close()
	delete(p.conns, c)
}
