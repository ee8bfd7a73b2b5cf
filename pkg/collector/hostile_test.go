package collector_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/daemon"
)

// patience is what the server has with slow clients in these tests, instead of 5 and 10 seconds.
const patience = 300 * time.Millisecond

// realServer is the collector behind the server that it has in production.
type realServer struct {
	t    *testing.T
	addr string
}

func serveReally(t *testing.T, maxConns int, patience time.Duration) *realServer {
	t.Helper()
	c, err := collector.New(config(), &memory{capacity: 1 << 20}, directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	s := daemon.NewHTTPServer("127.0.0.1:0", maxConns, c.Handler(), slog.New(slog.DiscardHandler), func(err error) { t.Error(err) },
		func(s *http.Server) { s.ReadHeaderTimeout, s.ReadTimeout, s.IdleTimeout = patience, patience, patience })
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return &realServer{t, s.Addr()}
}

// dial connects from an address of this machine.
func (s *realServer) dial(from string) net.Conn {
	s.t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := d.DialContext(s.t.Context(), "tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		s.t.Fatal(err)
	}
	return conn
}

// goodClient posts an event from an address of its own, and must be served.
func (s *realServer) goodClient(when string) {
	s.t.Helper()
	conn := s.dial("127.0.0.2")
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nConnection: close\r\n"+
		"Content-Length: "+strconv.Itoa(len(view))+"\r\n\r\n"+view); err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Fatalf("a good client %s: %v", when, err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		s.t.Errorf("a good client %s: status %d", when, resp.StatusCode)
	}
}

// drip sends text byte by byte, forty in the time that the server gives, and returns when the server ends
// the connection.
func drip(conn net.Conn, text string) {
	tick := time.NewTicker(patience / 40)
	defer tick.Stop()
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, conn)
		close(ended)
	}()
	for i := 0; ; i++ {
		select {
		case <-ended:
			return
		case <-tick.C:
			_, _ = conn.Write([]byte{text[i%len(text)]}) // fails once the server has closed
		}
	}
}

// TestSlowloris: clients that send a byte at a time, in their headers or in their body, are cut off, and
// others are served meanwhile, though the slow ones want more connections than there are.
func TestSlowloris(t *testing.T) {
	s := serveReally(t, 16, patience)
	var wg sync.WaitGroup
	for i := range 40 {
		conn := s.dial("127.0.0.1")
		if i%2 == 0 {
			_, _ = io.WriteString(conn, "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 60000\r\n\r\n")
		}
		wg.Go(func() { drip(conn, "X-Slow: 1\r\n") })
	}
	for range 10 {
		s.goodClient("beside slow ones")
	}
	wg.Wait()
	s.goodClient("after slow ones")
}

// TestOneAddressCannotShutTheDoor: connections that are opened and held take half of the places at most.
func TestOneAddressCannotShutTheDoor(t *testing.T) {
	s := serveReally(t, 8, time.Hour)
	for range 50 {
		s.dial("127.0.0.1")
	}
	s.goodClient("while another address holds what it can")
}

// allocated is how many bytes f allocates in this process, server and all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestEndlessHeaders sends 10 MB of headers: the server answers and hangs up after a few kilobytes.
func TestEndlessHeaders(t *testing.T) {
	s := serveReally(t, 16, patience)
	line := []byte("X-Long: " + strings.Repeat("x", 8<<10) + "\r\n")
	used := allocated(func() {
		for range 4 {
			conn := s.dial("127.0.0.1")
			_, _ = io.WriteString(conn, "GET /v1/pixel.gif HTTP/1.1\r\nHost: x\r\n")
			for sent := 0; sent < 10<<20; sent += len(line) {
				if _, err := conn.Write(line); err != nil {
					break // it has hung up
				}
			}
			answer, _ := io.ReadAll(conn) // a reset may take the answer away
			if len(answer) > 0 && !strings.HasPrefix(string(answer), "HTTP/1.1 431 ") {
				t.Errorf("answer %.100q", answer)
			}
			conn.Close()
		}
	})
	if used > 8<<20 {
		t.Errorf("4 times 10 MB of headers took %d bytes of memory", used)
	}
	s.goodClient("after endless headers")
}

// TestDeepJSON: nesting costs neither stack nor time, whatever it is made of.
func TestDeepJSON(t *testing.T) {
	s := open(t, config())
	f := func(body string) {
		t.Helper()
		if resp, answer := s.do(t, post(body)); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%.40q…: status %d: %s", body, resp.StatusCode, answer)
		}
	}
	f(strings.Repeat("[", 64<<10))
	f(strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001))
	f(strings.Repeat(`{"a":`, 10_001))
	f(`{"site":"demo","type":"pageview","url":"/","props":` + strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_001))
}

// TestGzipBomb: 64 MB in 64 KB are read up to the limit of a batch and not further, and not at all without a
// token.
func TestGzipBomb(t *testing.T) {
	d := open(t, config())
	bomb := zipped(strings.Repeat("\n", 64<<20))
	used := allocated(func() {
		for range 4 {
			resp, body := d.do(t, batch(bomb, "Content-Encoding", "gzip"))
			wantStatus(t, resp, body, http.StatusRequestEntityTooLarge)
		}
	})
	if used > 4*(80<<20) {
		t.Errorf("a bomb of 64 MB took %d bytes of memory, on an average", used/4)
	}
	stranger := call{method: http.MethodPost, path: "/v1/batch", body: bomb, header: []string{"Content-Encoding", "gzip", "Authorization", "Bearer guess"}}
	used = allocated(func() {
		resp, body := d.do(t, stranger)
		wantStatus(t, resp, body, http.StatusUnauthorized)
	})
	if used > 4<<20 {
		t.Errorf("a stranger's bomb took %d bytes of memory", used)
	}
}

// TestManyConnectionsInSequence: connections that come and go, politely or not, leave nothing behind.
func TestManyConnectionsInSequence(t *testing.T) {
	s := serveReally(t, 64, patience)
	s.goodClient("first")
	before := runtime.NumGoroutine()
	rude := [...]string{"", "G", "GET /v1/pixel.gif HTTP/1.1\r\n", "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", "\x16\x03\x01\x02"}
	for i := range 3000 {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, rude[i%len(rude)])
		conn.Close()
	}
	s.goodClient("after 3000 connections")
	deadline := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for runtime.NumGoroutine() > before+8 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}
