package daemon

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serve starts a server for the test; a failure of its own fails the test.
func serve(t *testing.T, maxConns int, h http.HandlerFunc) *HTTPServer {
	t.Helper()
	s := NewHTTPServer("127.0.0.1:0", maxConns, h, slog.New(slog.DiscardHandler), func(err error) { t.Error(err) })
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.server.Close() })
	return s
}

func TestStopAnswersWhatHasBegun(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	s := serve(t, 4, func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-release
		w.WriteHeader(http.StatusTeapot)
	})
	code := make(chan int, 1)
	go func() {
		resp, err := http.Get("http://" + s.Addr())
		if err != nil {
			code <- -1
			return
		}
		resp.Body.Close()
		code <- resp.StatusCode
	}()
	<-begun
	stopped := make(chan error, 1)
	s.server.RegisterOnShutdown(func() { close(release) })
	go func() { stopped <- s.Stop(context.Background()) }()
	if got := <-code; got != http.StatusTeapot {
		t.Errorf("the request that had begun got %d", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if c, err := net.Dial("tcp", s.Addr()); err == nil {
		c.Close()
		t.Error("the listener is still open")
	}
}

func TestStopGivesUpAtItsDeadline(t *testing.T) {
	begun := make(chan struct{})
	s := serve(t, 4, func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	})
	go http.Get("http://" + s.Addr())
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), s.Addr()[:4]) {
		t.Errorf("error %v", err)
	}
}

func TestBusyAddress(t *testing.T) {
	s := serve(t, 4, func(http.ResponseWriter, *http.Request) {})
	second := NewHTTPServer(s.Addr(), 4, http.NotFoundHandler(), slog.New(slog.DiscardHandler), func(error) {})
	if err := second.Start(t.Context()); err == nil || !strings.Contains(err.Error(), s.Addr()) {
		t.Errorf("error %v", err)
	}
}

func TestServerTellsWhenItEnds(t *testing.T) {
	failed := make(chan error, 1)
	s := NewHTTPServer("127.0.0.1:0", 4, http.NotFoundHandler(), slog.New(slog.DiscardHandler), func(err error) { failed <- err })
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.listener.Close()
	if err := <-failed; !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

func TestHeadersAreBounded(t *testing.T) {
	s := serve(t, 4, func(http.ResponseWriter, *http.Request) {})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", resp.StatusCode)
	}
}

// With one connection allowed, the second is served once the first has gone.
func TestConnectionsAreBounded(t *testing.T) {
	s := serve(t, 1, func(http.ResponseWriter, *http.Request) {})
	first, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}, Timeout: 100 * time.Millisecond}
	if resp, err := client.Get("http://" + s.Addr()); err == nil {
		resp.Body.Close()
		t.Error("a second connection was served")
	}
	first.Close()
	client.Timeout = 10 * time.Second
	resp, err := client.Get("http://" + s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}
