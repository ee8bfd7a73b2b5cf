package syslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// Bounds: bytes of lines that wait to be taken, connections at a time, and what the kernel is asked
// to keep of datagrams that nobody has read yet.
const (
	maxWaiting     = 64 << 20
	maxConnections = 64
	kernelBuffer   = 8 << 20
)

// Server receives lines. Whoever takes one calls Taken.
type Server struct {
	from    proxies.Trusted
	lines   chan []byte
	waiting *semaphore.Weighted
	metrics *metrics

	udp   *net.UDPConn // nil when it does not listen there,
	tcp   net.Listener // neither
	ctx   context.Context
	stop  context.CancelFunc
	group sync.WaitGroup
}

// Listen opens the sockets; an empty address means none. from are the senders who are allowed.
func Listen(ctx context.Context, udp, tcp string, from proxies.Trusted, reg prometheus.Registerer) (*Server, error) {
	s := &Server{from: from, lines: make(chan []byte, 1<<16), waiting: semaphore.NewWeighted(maxWaiting)}
	s.ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	if udp != "" {
		conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", udp)
		if err != nil {
			s.stop()
			return nil, fmt.Errorf("listen for syslog: %w", err)
		}
		s.udp = conn.(*net.UDPConn)       // the only kind of packet connection that "udp" makes
		s.udp.SetReadBuffer(kernelBuffer) //nolint:errcheck // what the kernel allows will do
	}
	if tcp != "" {
		var err error
		if s.tcp, err = new(net.ListenConfig).Listen(ctx, "tcp", tcp); err != nil {
			s.stop()
			if s.udp != nil {
				s.udp.Close()
			}
			return nil, fmt.Errorf("listen for syslog: %w", err)
		}
	}
	s.metrics = newMetrics(reg, s.kernelDrops)
	if s.udp != nil {
		s.group.Go(s.receive)
	}
	if s.tcp != nil {
		s.group.Go(s.accept)
	}
	return s, nil
}

// Addrs returns where the server listens; nil where it does not.
func (s *Server) Addrs() (udp, tcp net.Addr) {
	if s.udp != nil {
		udp = s.udp.LocalAddr()
	}
	if s.tcp != nil {
		tcp = s.tcp.Addr()
	}
	return udp, tcp
}

// Lines hands out what was received; it is closed after Close.
func (s *Server) Lines() <-chan []byte { return s.lines }

// Taken makes room for others.
func (s *Server) Taken(line []byte) { s.waiting.Release(int64(len(line))) }

// Close stops receiving; what was received stays in Lines.
func (s *Server) Close() {
	s.stop()
	if s.udp != nil {
		s.udp.Close()
	}
	if s.tcp != nil {
		s.tcp.Close()
	}
	s.group.Wait()
	close(s.lines)
}

func (s *Server) receive() {
	buf := make([]byte, MaxMessage)
	for {
		n, peer, err := s.udp.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // of one datagram
		}
		s.metrics.messages.WithLabelValues("udp").Inc()
		if !s.allowed(peer.Addr()) {
			s.metrics.dropped.WithLabelValues("sender").Inc()
			continue
		}
		line := bytes.Clone(Line(buf[:n]))
		if !s.waiting.TryAcquire(int64(len(line))) {
			s.metrics.dropped.WithLabelValues("queue_full").Inc()
			continue
		}
		select {
		case s.lines <- line:
		default:
			s.Taken(line)
			s.metrics.dropped.WithLabelValues("queue_full").Inc()
		}
	}
}

func (s *Server) accept() {
	slots := make(chan struct{}, maxConnections)
	for {
		select {
		case slots <- struct{}{}:
		case <-s.ctx.Done():
			return
		}
		conn, err := s.tcp.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			<-slots
			continue
		}
		s.group.Go(func() {
			defer func() { <-slots }()
			s.serve(conn)
		})
	}
}

func (s *Server) serve(conn net.Conn) {
	defer conn.Close()
	defer context.AfterFunc(s.ctx, func() { conn.Close() })()
	peer, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil || !s.allowed(peer.Addr()) {
		s.metrics.dropped.WithLabelValues("sender").Inc()
		return
	}
	for frames := newFrames(conn); ; {
		message, err := frames.next()
		if err != nil && !errors.Is(err, errLong) {
			return
		}
		s.metrics.messages.WithLabelValues("tcp").Inc()
		if err != nil {
			s.metrics.dropped.WithLabelValues("too_long").Inc()
			continue
		}
		line := bytes.Clone(Line(message))
		if s.waiting.Acquire(s.ctx, int64(len(line))) != nil {
			s.metrics.dropped.WithLabelValues("stopped").Inc()
			return
		}
		select {
		case s.lines <- line:
		case <-s.ctx.Done():
			s.metrics.dropped.WithLabelValues("stopped").Inc()
			return
		}
	}
}

func (s *Server) allowed(a netip.Addr) bool {
	return s.from.Contain(a.Unmap().WithZone(""))
}
