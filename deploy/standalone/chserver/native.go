package chserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/block"
)

// revision of the native protocol that is announced: the first one with everything clickhouse-go
// wants (query parameters), and before the parts that need a real server.
const revision = 54460

// nativeConn is one client of the native protocol. One goroutine (receive) reads all packets, so that
// a Cancel or a lost connection is noticed while a statement runs; another (serve) answers them.
type nativeConn struct {
	server   *Server
	conn     net.Conn
	in       *chproto.Reader
	out      *packetWriter
	revision int
	session  *session

	ctx         context.Context
	cancel      context.CancelCauseFunc
	packets     chan packet
	cancelQuery chan struct{}
	idle        chan struct{} // holds a token while no statement runs
}

// packet is one message of the client; exactly one field is set.
type packet struct {
	query *wireQuery
	block *block.Block
	table string // name of an external table, with block
	ping  bool
}

func (s *Server) acceptNative() {
	for {
		conn, err := s.native.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				s.log.Error("accept ClickHouse client", "error", err)
			}
			return
		}
		s.handlers.Go(func() { s.serveNative(conn) })
	}
}

func (s *Server) serveNative(conn net.Conn) {
	defer conn.Close()
	ctx, cancel := context.WithCancelCause(s.ctx)
	defer cancel(errClientGone)
	c := &nativeConn{
		server: s, conn: conn, in: chproto.NewReader(conn), out: newPacketWriter(conn, s.config.ClientTimeout),
		ctx: ctx, cancel: cancel,
		packets: make(chan packet), cancelQuery: make(chan struct{}, 1), idle: make(chan struct{}, 1),
	}
	if err := c.hello(); err != nil {
		s.log.Debug("ClickHouse client refused", "client", conn.RemoteAddr().String(), "error", err)
		return
	}
	select {
	case s.clients <- struct{}{}:
		defer func() { <-s.clients }()
	default:
		_ = c.fail(tooManyClients(s.config.MaxClients)) // it is turned away in any case
		return
	}
	if !s.register(c) {
		return
	}
	defer s.unregister(c)
	go c.receive()
	var network net.Error
	if err := c.serve(); !errors.Is(err, errClientGone) && !errors.Is(err, errStopping) && !errors.As(err, &network) {
		s.log.Warn("ClickHouse client lost", "client", conn.RemoteAddr().String(), "error", err)
	}
}

func (s *Server) register(c *nativeConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.conns[c] = struct{}{}
	c.idle <- struct{}{}
	return true
}

func (s *Server) unregister(c *nativeConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// stopWhenIdle closes the connection now, or after the statement that runs.
func (c *nativeConn) stopWhenIdle() {
	go func() {
		select {
		case <-c.idle:
			c.cancel(errStopping)
		case <-c.ctx.Done():
		}
	}()
}

// serve answers packets until the client goes away.
func (c *nativeConn) serve() error {
	for {
		p, err := c.next()
		switch {
		case err != nil:
			return err
		case p.ping:
			err = c.out.packet(func(b *chproto.Buffer) { chproto.ServerCodePong.Encode(b) })
		case p.query != nil:
			err = c.answer(p.query)
		}
		// Blocks outside a statement are what a client sent before it saw an exception: left alone.
		if err != nil {
			return err
		}
	}
}

// answer runs one statement; the error is one after which the connection is of no use.
func (c *nativeConn) answer(q *wireQuery) error {
	select {
	case <-c.idle:
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
	defer func() { c.idle <- struct{}{} }()
	ctx, cancel := context.WithCancelCause(c.ctx)
	defer cancel(nil)
	go c.watchCancel(ctx, cancel)
	c.out.start(q.Compressed, c.revision)
	stop := c.keepAlive(ctx)
	err := c.execute(ctx, q)
	stop()
	if err == nil || errors.Is(err, errClientCancelled) {
		return c.out.packet(func(b *chproto.Buffer) { chproto.ServerCodeEndOfStream.Encode(b) })
	}
	if cause := context.Cause(c.ctx); cause != nil && !errors.Is(cause, errStopping) {
		return cause
	}
	return c.fail(err)
}

// watchCancel ends the statement's context when the client asks for it.
func (c *nativeConn) watchCancel(ctx context.Context, cancel context.CancelCauseFunc) {
	select {
	case <-c.cancelQuery:
		cancel(errClientCancelled)
	case <-ctx.Done():
	}
}

// keepAlive sends an empty progress packet each second, which clients take as a sign of life.
func (c *nativeConn) keepAlive(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				if c.out.progress(chproto.Progress{}) != nil {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

// fail sends an exception.
func (c *nativeConn) fail(err error) error {
	e := asException(err)
	return c.out.packet(func(b *chproto.Buffer) {
		chproto.ServerCodeException.Encode(b)
		wire := chproto.Exception{
			Code: chproto.Error(e.Code), Name: "DB::Exception",
			Message: fmt.Sprintf("DB::Exception: %s. (%s)", e.Message, e.Name),
		}
		wire.EncodeAware(b, c.revision)
	})
}
