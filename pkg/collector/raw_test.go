package collector_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// raw is a connection on which a test writes its own HTTP.
type raw struct {
	*net.TCPConn
	t *testing.T
}

func dial(t *testing.T, d *door) raw {
	t.Helper()
	c, err := net.Dial("tcp", d.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return raw{c.(*net.TCPConn), t}
}

func (r raw) write(s string) {
	r.t.Helper()
	if _, err := io.WriteString(r, s); err != nil {
		r.t.Fatal(err)
	}
}

func (r raw) closeWrite() {
	r.t.Helper()
	if err := r.CloseWrite(); err != nil {
		r.t.Fatal(err)
	}
}

func (r raw) read() (*http.Response, string) {
	r.t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(r), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp, string(body)
}
