// Package chserver lets ClickHouse clients reach the embedded engine: the native protocol
// (clickhouse-go, clickhouse-driver, clickhouse-client) and the HTTP interface (curl, JDBC,
// clickhouse-connect, BI tools).
//
// Contract:
//   - a client sees a ClickHouse server: its types, formats, settings, parameters, exceptions
//   - users are checked here, because the engine has one user only; a read-only user cannot write,
//     leave the tables, or raise its limits
//   - results are streamed; only formats that have to be built whole (JSON, Parquet …) are held in
//     memory, up to Config.MaxDocumentBytes
//   - a statement ends when its client cancels it or goes away
//   - an INSERT is acknowledged after the engine stored it; Stop lets running statements finish
//     until its context ends, then cancels them
//
// Not there: temporary and external tables, TLS, the binary protocol's totals and extremes.
package chserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// Server serves one engine.
type Server struct {
	engine    *engine.Engine
	config    Config
	log       *slog.Logger
	timezone  string
	forbidden map[string]bool // functions that a read-only user may not call
	clients   chan struct{}
	turns     turns

	ctx    context.Context // of all statements
	cancel context.CancelCauseFunc
	native net.Listener
	web    net.Listener
	http   *http.Server

	mu       sync.Mutex
	stopping bool
	conns    map[*nativeConn]struct{}
	handlers sync.WaitGroup
	sessions sessionStore
}

// New makes a server; it takes no connections before Start.
func New(e *engine.Engine, c Config, log *slog.Logger) (*Server, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := &Server{engine: e, config: c, log: log, clients: make(chan struct{}, c.MaxClients), turns: newTurns(c.Users), conns: make(map[*nativeConn]struct{})}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	conn, err := e.Connect(s.ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("connect to the engine: %w", err)
	}
	defer conn.Close()
	if s.forbidden, err = forbiddenCalls(s.ctx, conn); err != nil {
		return nil, fmt.Errorf("read the engine's table functions: %w", err)
	}
	r, err := conn.Exec(s.ctx, engine.Statement{SQL: "SELECT timezone()", Format: "RawBLOB"})
	if err != nil {
		return nil, fmt.Errorf("read the engine's time zone: %w", err)
	}
	s.timezone = string(r.Data)
	return s, nil
}

// Start listens on both addresses and serves in the background.
func (s *Server) Start() (err error) {
	if s.native, err = net.Listen("tcp", s.config.NativeAddr); err != nil {
		return fmt.Errorf("listen for ClickHouse clients: %w", err)
	}
	if s.web, err = net.Listen("tcp", s.config.HTTPAddr); err != nil {
		s.native.Close()
		return fmt.Errorf("listen for ClickHouse over HTTP: %w", err)
	}
	s.handlers.Go(s.acceptNative)
	s.startHTTP()
	s.log.Info("clickhouse listening", "native", s.NativeAddr(), "http", s.HTTPAddr(), "version", s.engine.Version())
	return nil
}

// NativeAddr is the bound address of the native protocol.
func (s *Server) NativeAddr() string { return s.native.Addr().String() }

// HTTPAddr is the bound address of the HTTP interface.
func (s *Server) HTTPAddr() string { return s.web.Addr().String() }

// Stop takes no more statements, lets those that run finish until ctx ends, cancels the rest and
// waits for them. The error says that some were cancelled.
func (s *Server) Stop(ctx context.Context) error {
	s.native.Close()
	s.mu.Lock()
	s.stopping = true
	for c := range s.conns {
		c.stopWhenIdle()
	}
	s.mu.Unlock()
	err := s.http.Shutdown(ctx)
	done := make(chan struct{})
	go func() { s.handlers.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		err = errors.Join(err, fmt.Errorf("stop ClickHouse server: statements were cancelled: %w", context.Cause(ctx)))
		s.cancel(errStopping)
		<-done
	}
	s.cancel(errStopping)
	return errors.Join(err, s.closeHTTP())
}
