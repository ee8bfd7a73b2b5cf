package kills

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/embedded"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// process is this test binary, started again.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{} // closed when it has ended
	err   error         // how it ended
}

// begin starts the binary with a setting more; its output goes to out, or nowhere.
func begin(t *testing.T, setting string, out *io.ReadCloser) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0]), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), setting)
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if out != nil {
		if *out, err = p.cmd.StdoutPipe(); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

// await lets the end be waited for, by several.
func (p *process) await() *process {
	go func() { p.err = p.cmd.Wait(); close(p.ended) }()
	return p
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // the error is that it has ended
	<-p.ended
}

// engine is a ClickHouse in a process of its own.
type engine struct {
	*process
	addr  string
	store *warehouse.Warehouse
}

func startEngine(t *testing.T, dir string) *engine {
	t.Helper()
	var out io.ReadCloser
	p := begin(t, engineFolder+"="+dir, &out)
	line, err := bufio.NewReader(out).ReadString('\n')
	p.await()
	if err != nil {
		t.Fatalf("the engine's process gave no address: %v", err)
	}
	e := &engine{process: p, addr: strings.TrimSpace(line)}
	if e.store, err = embedded.Open(e.addr); err != nil {
		t.Fatal(err)
	}
	e.store.ViewsPerBucket = viewsPerBucket
	t.Cleanup(func() { _ = e.store.Stop(t.Context()) }) // the engine may be gone
	return e
}

func startRunner(t *testing.T, o order) *process {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return begin(t, runnerOrder+"="+string(text), nil).await()
}
