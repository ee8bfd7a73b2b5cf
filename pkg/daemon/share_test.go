package daemon

import (
	"net"
	"testing"
)

func TestNetworkOf(t *testing.T) {
	f := func(addr, want string) {
		t.Helper()
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := networkOf(tcp).String(); got != want {
			t.Errorf("%s belongs to %s, want %s", addr, got, want)
		}
	}
	f("192.0.2.7:1", "192.0.2.7/32")
	f("[::ffff:192.0.2.7]:1", "192.0.2.7/32")
	f("[2001:db8:1:2:3::4]:1", "2001:db8:1:2::/64")
}

// TestShare: the third connection of an address is closed, until one of the first two has gone.
func TestShare(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := newShareListener(inner, 4)
	defer l.Close()
	dial := func(from string) {
		t.Helper()
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		client, err := d.DialContext(t.Context(), "tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close() })
	}
	next := func(want string) net.Conn {
		t.Helper()
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if got := networkOf(conn.RemoteAddr()).Addr().String(); got != want {
			t.Fatalf("a connection of %s, want one of %s", got, want)
		}
		return conn
	}
	for range 3 {
		dial("127.0.0.1")
	}
	dial("127.0.0.2")
	first := next("127.0.0.1")
	next("127.0.0.1")
	next("127.0.0.2") // the third one of the other address was closed
	first.Close()
	first.Close() // counts once
	dial("127.0.0.1")
	next("127.0.0.1")
	if l.enter(networkOf(first.RemoteAddr())) {
		t.Error("an address has more than its share")
	}
}
