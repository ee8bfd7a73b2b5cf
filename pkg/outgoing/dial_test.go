package outgoing

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a name server that answers each question for an IPv4 address with the next of its addresses,
// and then with the last one.
type names struct {
	answers [][4]byte
	asked   atomic.Int32
}

// resolver asks this server, over a pipe.
func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go n.serve(theirs)
		return ours, nil
	}}
}

// serve answers as over TCP: each message has its length in front.
func (n *names) serve(c net.Conn) {
	defer c.Close()
	for {
		var size uint16
		if binary.Read(c, binary.BigEndian, &size) != nil {
			return
		}
		question := make([]byte, size)
		if _, err := c.Read(question); err != nil {
			return
		}
		answer := n.answer(question)
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

func (n *names) answer(question []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil
	}
	m.Response, m.Additionals = true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		i := min(int(n.asked.Add(1))-1, len(n.answers)-1)
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
			Body:   &dnsmessage.AResource{A: n.answers[i]},
		}}
	}
	packed, _ := m.Pack()
	return packed
}

// TestRebinding: a name that was public when it was first resolved, and is this machine the next time,
// does not get a connection.
func TestRebinding(t *testing.T) {
	reached := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached <- r.Host }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	n := &names{answers: [][4]byte{{9, 9, 9, 9}, {127, 0, 0, 1}}}
	f := func(cfg Config, want error) {
		t.Helper()
		all, err := cfg.rules([]string{"https://rebound.example/"})
		if err != nil {
			t.Fatal(err)
		}
		g := guarded{all, n.resolver()}
		if _, err := g.resolver.LookupNetIP(t.Context(), "ip4", "rebound.example"); err != nil { // a check before the dial would see this
			t.Fatal(err)
		}
		c, err := g.dial(t.Context(), "tcp4", "rebound.example:"+port)
		if !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", cfg, err, want)
		}
		if c != nil {
			c.Close()
		}
	}
	f(Config{}, ErrRefused)
	f(Config{Inside: []string{"rebound.example"}}, nil)
	if len(reached) != 0 {
		t.Errorf("the server was called by %s", <-reached)
	}
}

// TestDialOnlyNamed: also what did not come through Do is held to the rules.
func TestDialOnlyNamed(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	u, _ := url.Parse(server.URL)
	if _, err := (guarded{rules{}, net.DefaultResolver}).dial(t.Context(), "tcp", u.Host); !errors.Is(err, ErrRefused) {
		t.Errorf("%v, want %v", err, ErrRefused)
	}
}
