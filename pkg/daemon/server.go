package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/net/netutil"
)

// Limits that every HTTP server of Footfall has.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	idleTimeout   = 60 * time.Second
	headerBytes   = 16 << 10
)

// HTTPServer is a Part that serves one handler within the limits of guarantees.md.
type HTTPServer struct {
	addr     string
	maxConns int
	server   *http.Server
	listener net.Listener
	fail     func(error)
}

// NewHTTPServer makes a server for addr with at most maxConns connections at once, half of them of one
// address; fail is told when it ends by itself. Options change its limits.
func NewHTTPServer(addr string, maxConns int, handler http.Handler, log *slog.Logger, fail func(error), options ...func(*http.Server)) *HTTPServer {
	s := &HTTPServer{addr: addr, maxConns: maxConns, fail: fail, server: &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      6 * readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
	for _, option := range options {
		option(s.server)
	}
	return s
}

// Start listens and serves.
func (s *HTTPServer) Start(context.Context) error {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.addr, err)
	}
	s.listener = l
	go func() {
		if err := s.server.Serve(netutil.LimitListener(newShareListener(l, s.maxConns), s.maxConns)); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("serve on %s: %w", s.addr, err))
		}
	}()
	return nil
}

// Addr is the address that the server listens on, once started.
func (s *HTTPServer) Addr() string { return s.listener.Addr().String() }

// Stop answers the requests that have begun and closes the listener.
func (s *HTTPServer) Stop(ctx context.Context) error {
	if err := s.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("drain %s: %w", s.addr, err), s.server.Close())
	}
	return nil
}

// adminConns bounds the connections of the admin server: probes and scrapers only.
const adminConns = 64

// AdminServer makes the server of /healthz, /readyz and /metrics.
func (p *Process) AdminServer(addr string) *HTTPServer {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", p.Health.serveLive)
	mux.HandleFunc("GET /readyz", p.Health.serveReady)
	mux.Handle("GET /metrics", promhttp.HandlerFor(p.Metrics, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(p.Log.Handler(), slog.LevelError)}))
	return NewHTTPServer(addr, adminConns, mux, p.Log, p.Fail)
}
