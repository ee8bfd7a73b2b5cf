package chserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

func (s *Server) startHTTP() {
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serveHTTP),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    1 << 20, // statements may come in the URL
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	s.handlers.Go(func() {
		if err := s.http.Serve(s.web); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("serve ClickHouse over HTTP", "error", err)
		}
	})
}

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	s.handlers.Add(1)
	defer s.handlers.Done()
	w.Header().Set("X-ClickHouse-Server-Display-Name", "footfall")
	switch {
	case !s.sameSite(r):
		http.Error(w, "Requests of other web sites are not answered.", http.StatusForbidden)
	case r.URL.Path == "/ping", r.URL.Path == "/replicas_status":
		ok(w)
	case r.URL.Path != "/":
		http.Error(w, "There is no handle "+r.URL.Path+"\n\nUse / or /ping for health checks.", http.StatusNotFound)
	case r.Method == http.MethodGet && r.URL.RawQuery == "":
		ok(w)
	case r.Method != http.MethodGet && r.Method != http.MethodPost && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "Only GET, HEAD and POST are answered.", http.StatusMethodNotAllowed)
	default:
		s.answerHTTP(w, r)
	}
}

func ok(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	_, _ = w.Write([]byte("Ok.\n")) // a client that left needs no answer
}

// sameSite keeps web pages of other origins away from a server that asks no password on this
// machine: neither by their own requests nor by a host name that they let point here.
func (s *Server) sameSite(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return false
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
			return false
		}
	}
	return !loopback(s.HTTPAddr()) || localName(r.Host)
}

func localName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// answerHTTP runs the statement of a request.
func (s *Server) answerHTTP(w http.ResponseWriter, r *http.Request) {
	out := newOutput(s, w, r)
	select {
	case s.clients <- struct{}{}:
		defer func() { <-s.clients }()
	default:
		out.fail(tooManyClients(s.config.MaxClients))
		return
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	stop := context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })
	defer stop()
	if err := s.runHTTP(ctx, out, r); err != nil {
		out.fail(err)
	}
}

func (s *Server) runHTTP(ctx context.Context, out *output, r *http.Request) error {
	user, err := s.authenticate(credentials(r))
	if err != nil {
		return err
	}
	req, err := s.readRequest(out, r)
	if err != nil {
		return err
	}
	sess, release, err := s.sessions.take(user, req.form)
	if err != nil {
		return err
	}
	defer release()
	if db := req.form.Get("database"); db != "" {
		sess.database = db
	}
	if _, streams := chunkingOf(req.text, req.format, req.settings); !streams && req.settings["max_result_bytes"] == "" {
		req.settings["max_result_bytes"] = strconv.Itoa(s.config.MaxDocumentBytes)
	}
	run, err := s.begin(ctx, sess, &req.query)
	if err != nil {
		return err
	}
	defer run.end()
	return out.run(ctx, run, req)
}

// credentials come in headers of their own, as basic authentication or in the URL.
func credentials(r *http.Request) (name, password string) {
	if h := r.Header; h.Get("X-ClickHouse-User") != "" || h.Get("X-ClickHouse-Key") != "" {
		return h.Get("X-ClickHouse-User"), h.Get("X-ClickHouse-Key")
	}
	if name, password, ok := r.BasicAuth(); ok {
		return name, password
	}
	q := r.URL.Query()
	return q.Get("user"), q.Get("password")
}

func (s *Server) closeHTTP() error { return s.http.Close() }

// statusOf is the HTTP status that ClickHouse gives an exception.
func statusOf(e *engine.Error) int {
	switch e.Code {
	case 194:
		return http.StatusUnauthorized
	case 192, 193, codeAuthenticationFailed, codeAccessDenied:
		return http.StatusForbidden
	case 36, 427, 6, 25, 26, 38, 41, 72, 441, 675, 676, 27, 376, 15, 44, 8, 94, 100, 167, 168, 266, codeSyntaxError, 117, 53, 321:
		return http.StatusBadRequest
	case 60, 46, 47, 50, 56, 81, engine.CodeUnknownSetting, 67, 63, codeUnknownFormat, 336, 78, 511, 372:
		return http.StatusNotFound
	case 170:
		return http.StatusRequestEntityTooLarge
	case codeNotImplemented:
		return http.StatusNotImplemented
	case 209, 76, 439, codeTooManyQueries:
		return http.StatusServiceUnavailable
	case codeTimeoutExceeded:
		return http.StatusRequestTimeout
	}
	return http.StatusInternalServerError
}
