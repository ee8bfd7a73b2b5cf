package kafka

import (
	"errors"
	"net"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// health is what one incarnation of kfake has told of its files.
//
// kfake answers a commit also when it could not write it, and says so in its log alone. It has told
// that before it answers: from then on no answer leaves, so that nobody takes for kept what is not.
type health struct {
	mu     sync.Mutex
	failed chan struct{} // closed when something could not be written
	torn   bool          // a log ends with a piece of an entry: what is appended would not be found again
}

func newHealth() *health { return &health{failed: make(chan struct{})} }

// note reads a line of kfake's log. Records are another matter: when they cannot be written, their
// producer is told.
func (h *health) note(level kfake.LogLevel, format string) {
	switch {
	case level != kfake.LogLevelWarn && level != kfake.LogLevelError:
	case strings.HasPrefix(format, "persist ") && !strings.HasPrefix(format, "persist batch "):
		h.fail()
	case strings.HasPrefix(format, "groups.log: discarding "), strings.HasPrefix(format, "pids.log: discarding "):
		h.torn = true // while kfake starts, in our own goroutine
		h.fail()
	}
}

func (h *health) fail() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.hasFailed() {
		close(h.failed)
	}
}

func (h *health) hasFailed() bool {
	select {
	case <-h.failed:
		return true
	default:
		return false
	}
}

// listener gives out connections on which nothing is answered once something could not be written.
type listener struct {
	net.Listener
	health *health
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn{c, l.health}, nil
}

type conn struct {
	net.Conn
	health *health
}

var errUnwritten = errors.New("the embedded kafka could not write to its folder")

func (c conn) Write(b []byte) (int, error) {
	if c.health.hasFailed() {
		return 0, errors.Join(errUnwritten, c.Close())
	}
	return c.Conn.Write(b)
}
