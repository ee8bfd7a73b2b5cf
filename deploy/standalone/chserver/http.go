package chserver

import (
	"errors"
	"net/http"
	"time"
)

type sessionStore struct{}

func (s *Server) startHTTP() {
	s.http = &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: 5 * time.Second}
	s.handlers.Go(func() {
		if err := s.http.Serve(s.web); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("serve ClickHouse over HTTP", "error", err)
		}
	})
}

func (s *Server) closeHTTP() error { return s.http.Close() }
