package faults

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

var connections = flag.Int("connections", 1000, "connections in sequence of TestBadClients")

// TestBadClients: slow, huge and hostile clients beside good ones, which are served; memory stays bounded.
func TestBadClients(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		w.awaitAcknowledged(0, 20)
		addr := strings.TrimPrefix(w.load.url, "http://")
		quit := make(chan struct{})
		for range 300 {
			go drip(addr, quit)
		}
		before := w.journal.count(acknowledged)
		headers := "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 10<<20)
		w.throw(addr, headers)
		for range 20 {
			w.postBatch(bomb(64<<20), "gzip")
			w.throw(addr, "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000000000\r\n\r\n")
		}
		for range *connections {
			w.throw(addr, "\x16\x03\x01 this is no HTTP\r\n\r\n")
		}
		w.awaitAcknowledged(before, 200)
		memory := w.measure(w.collector).memory
		t.Logf("the collector holds %.0f MB beside bad clients, %.0f MB before them", memory/(1<<20), w.level[w.collector.name].memory/(1<<20))
		if memory > mostMemory {
			t.Errorf("more than %d MB", mostMemory>>20)
		}
		close(quit)
		w.settle()
	})
}

// drip sends a request a byte at a time, until it is cut off or quit; then it begins anew.
func drip(addr string, quit chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		for _, b := range []byte("POST /v1/events HTTP/1.1\r\nHost: faults.example\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat(" ", 100)) {
			if _, err = c.Write([]byte{b}); err != nil {
				break
			}
			select {
			case <-tick.C:
			case <-quit:
				c.Close()
				return
			}
		}
		c.Close()
	}
}

// throw opens a connection, sends what it is given and waits for nothing.
func (w *world) throw(addr, what string) {
	w.t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close()
	w.must(c.SetDeadline(time.Now().Add(5 * time.Second)))
	_, _ = io.WriteString(c, what) // fails when it is refused in the middle, as it should be
}

// bomb is so many zeros, packed.
func bomb(n int64) io.Reader {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.CopyN(z, zeros{}, n)
	z.Close()
	return &b
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// post sends something to the collector that does not go into the journal, and gives the status.
func (w *world) post(path string, body io.Reader) int {
	w.t.Helper()
	resp, err := sqlClient.Post(w.load.url+path, "text/plain", body)
	if err != nil {
		return 413 // closed while we were sending more than it takes
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (w *world) postBatch(body io.Reader, encoding string) {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.load.url+"/v1/batch", body)
	w.must(err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Encoding", encoding)
	resp, err := sqlClient.Do(req)
	if err != nil {
		return
	}
	resp.Body.Close()
	if resp.StatusCode == http.StatusAccepted {
		w.t.Error("a bomb was accepted")
	}
}
