package kills

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/schemas"
)

// moment says when a trap springs.
type moment string

const (
	before moment = "before" // the engine never sees the statement
	during moment = "during" // the engine is at work on it
	after  moment = "after"  // the engine has done it, and the run does not know
)

// ledgerRow is the one statement of a run that sends rows.
const ledgerRow = "insert_job_run"

// trap springs at the nth time that a statement passes.
type trap struct {
	statement string
	nth       int
	when      moment
	delay     time.Duration // of during
	spring    func()
	sprung    chan struct{} // closed when it has sprung
}

func (t *trap) fire() {
	t.spring()
	close(t.sprung)
}

// proxy passes on what a runner and the engine say.
type proxy struct {
	listener net.Listener
	texts    map[string]string // statements, by name

	mu   sync.Mutex
	addr string   // of the engine
	seen []string // the statements that have passed, in their order
	trap *trap    // what waits for a statement, if anything
}

func newProxy(t *testing.T, addr string) *proxy {
	t.Helper()
	p := &proxy{texts: map[string]string{}, addr: addr}
	names, err := fs.Glob(schemas.SQL, "rollups/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(schemas.SQL, name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSpace(string(b))
		if strings.HasPrefix(text, "INSERT") && !strings.Contains(text, "SELECT") {
			text, _, _ = strings.Cut(text, "\n") // the driver writes the columns its own way
		}
		p.texts[strings.TrimSuffix(strings.TrimPrefix(name, "rollups/"), ".sql")] = text
	}
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.listener.Close() })
	go p.serve()
	return p
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.pass(client)
	}
}

// pass serves one connection.
func (p *proxy) pass(client net.Conn) {
	defer client.Close()
	p.mu.Lock()
	addr := p.addr
	p.mu.Unlock()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	var done atomic.Pointer[trap] // springs when the statement has been answered
	var answers atomic.Int32      // that come until then
	go func() {
		defer client.Close()
		_ = copyChunks(client, server, func([]byte) error {
			t := done.Load()
			if t == nil || answers.Add(-1) > 0 {
				return nil
			}
			done.Store(nil)
			t.fire()
			return errors.New("the answer is kept")
		}, nil)
	}()
	var at *trap
	_ = copyChunks(server, client, func(chunk []byte) error {
		if at = p.passing(chunk); at == nil {
			return nil
		}
		switch at.when {
		case before:
			at.fire()
			return errors.New("the statement is kept")
		case after:
			answers.Store(1)
			if at.statement == ledgerRow {
				answers.Store(2) // the first says which columns it expects
			}
			done.Store(at)
		}
		return nil
	}, func() {
		if at != nil && at.when == during {
			<-time.After(at.delay)
			at.fire()
		}
	})
}

// copyChunks copies what comes, with a look at each piece before and after it is passed on.
func copyChunks(to io.Writer, from io.Reader, look func([]byte) error, passed func()) error {
	buffer := make([]byte, 1<<20)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if err := look(buffer[:n]); err != nil {
				return err
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return err
			}
			if passed != nil {
				passed()
			}
		}
		if err != nil {
			return err
		}
	}
}

// passing notes the statement in a chunk, and returns the trap that it springs.
func (p *proxy) passing(chunk []byte) *trap {
	name, text := "", string(chunk)
	for n, t := range p.texts {
		if strings.Contains(text, t) && (len(t) > len(p.texts[name]) || len(t) == len(p.texts[name]) && n < name) {
			name = n
		}
	}
	if name == "" {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, name)
	if p.trap == nil || p.trap.statement != name {
		return nil
	}
	if p.trap.nth--; p.trap.nth > 0 {
		return nil
	}
	sprung := p.trap
	p.trap = nil
	return sprung
}

// set puts up a trap, or none, and forgets what has passed.
func (p *proxy) set(t *trap) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trap, p.seen = t, nil
}

func (p *proxy) passed() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.seen...)
}

// lead sends new connections to another engine.
func (p *proxy) lead(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addr = addr
}
