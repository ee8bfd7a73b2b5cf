package accesslog

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// listen starts a Listener on free ports.
func listen(t *testing.T, c *collector) (l *Listener, udp, tcp string) {
	t.Helper()
	cfg := ListenConfig{Site: "site.example", UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", From: []string{"127.0.0.0/8"}}
	l, err := NewListener(c.config(), cfg, prometheus.NewRegistry(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	u, s := l.server.Addrs()
	return l, u.String(), s.String()
}

func say(t *testing.T, network, addr, text string) {
	t.Helper()
	conn, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

// TestListen: lines come over both transports, in every framing; equal ones are views of their own.
func TestListen(t *testing.T) {
	c := newCollector(t, busy("0"))
	l, udp, tcp := listen(t, c)
	line := func(path string) string { return strings.TrimSuffix(logLine(path, 1), "\n") }
	const head = "<190>May  6 23:59:01 web nginx: "
	say(t, "udp", udp, head+line("/udp"))
	say(t, "udp", udp, head+line("/udp"))
	say(t, "udp", udp, head+line("/x.css"))
	say(t, "tcp", tcp, head+line("/line")+"\n"+head+"junk\n"+head+line("/last"))
	counted := head + line("/counted")
	say(t, "tcp", tcp, fmt.Sprintf("%d %s", len(counted), counted))
	c.waitFor("/udp", "/line", "/last", "/counted")
	if err := l.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	if n := len(c.ids()); n != 5 {
		t.Errorf("5 views became %d events", n)
	}
	c.wantOnce()
}

// TestListenRequestID: a line with a request id is one view, however often and wherever it arrives.
func TestListenRequestID(t *testing.T) {
	c := newCollector(t)
	for range 2 {
		cfg := ListenConfig{Site: "site.example", UDP: "127.0.0.1:0", From: []string{"127.0.0.1"}}
		client := c.config()
		client.AccessFormat = `$remote_addr [$time_iso8601] "$request" $status "$request_id"`
		l, err := NewListener(client, cfg, prometheus.NewRegistry(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		udp, _ := l.server.Addrs()
		for range 2 {
			say(t, "udp", udp.String(), `192.0.2.7 [2024-02-29T22:30:01Z] "GET /a HTTP/1.1" 200 "0123456789abcdef0123456789abcdef"`)
			say(t, "udp", udp.String(), `192.0.2.7 [2024-02-29T22:30:01Z] "GET /b HTTP/1.1" 200 "-"`)
		}
		for c.count("/a")+c.count("/b") < 4 {
			<-c.answered
		}
		if err := l.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		c.first = append(c.first, c.taken...)
		c.taken = nil
		c.mu.Unlock()
	}
	ids := map[string]map[string]bool{"/a": {}, "/b": {}}
	for _, p := range c.first {
		ids[p.URL][p.EventID] = true
		if (p.RequestID != "") != (p.URL == "/a") {
			t.Errorf("%s has request id %q", p.URL, p.RequestID)
		}
	}
	if len(ids["/a"]) != 1 || len(ids["/b"]) != 4 {
		t.Errorf("%d ids of one request, %d of four lines without one", len(ids["/a"]), len(ids["/b"]))
	}
}

// TestListenStops: what has been received is shipped before the stop ends, unless the collector stays away.
func TestListenStops(t *testing.T) {
	c := newCollector(t)
	l, _, tcp := listen(t, c)
	say(t, "tcp", tcp, logLine("/1", 1))
	for l.metrics.lag() == 0 && c.count("/1") == 0 {
		if t.Context().Err() != nil {
			return
		}
	}
	if err := l.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	c.waitFor("/1")

	away := newCollector(t, busy("3600"))
	l, _, tcp = listen(t, away)
	say(t, "tcp", tcp, logLine("/1", 1))
	<-away.answered
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := l.Stop(ctx); err == nil || !strings.Contains(err.Error(), "are lost") {
		t.Errorf("got error %v", err)
	}
	<-l.stopped
}

func TestListenerRefuses(t *testing.T) {
	f := func(want string, change func(*ListenConfig)) {
		t.Helper()
		cfg := ListenConfig{Site: "a", UDP: "127.0.0.1:0", From: []string{"::1"}}
		change(&cfg)
		l, err := NewListener(ClientConfig{CollectorURL: "http://127.0.0.1:1"}, cfg, prometheus.NewRegistry(), slog.New(slog.DiscardHandler))
		if err == nil {
			err = l.Start(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q in it", err, want)
		}
	}
	f("listen-udp or listen-tcp", func(c *ListenConfig) { c.UDP = "" })
	f(`site ""`, func(c *ListenConfig) { c.Site = "" })
	f(`listen-from: "10/8"`, func(c *ListenConfig) { c.From = []string{"10/8"} })
	f("listen for syslog", func(c *ListenConfig) { c.UDP = "127.0.0.1:no" })
	f("listen for syslog", func(c *ListenConfig) { c.TCP = "127.0.0.1:no" })
}
