package faults

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// process is a child that can be started again and again, with the same command line and log.
type process struct {
	name    string
	command []string
	dir     string // working directory
	env     []string
	logFile string

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{} // closed when this incarnation has ended; err says how
	err   error
}

// newProcess makes a child that is not started; its log and working directory are in dir.
func newProcess(name, dir string, env []string, command ...string) *process {
	return &process{name: name, command: command, dir: dir, env: env, logFile: filepath.Join(dir, name+".log")}
}

func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	log, err := os.OpenFile(p.logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log of %s: %w", p.name, err)
	}
	defer log.Close() // the child has its own handle
	cmd := exec.Command(p.command[0], p.command[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, p.env, log, log
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	ended := make(chan struct{})
	p.cmd, p.ended = cmd, ended
	go func() {
		err := cmd.Wait()
		p.mu.Lock()
		p.err = err
		p.note(err)
		p.mu.Unlock()
		close(ended)
	}()
	return nil
}

// note writes into the log how the process has ended.
func (p *process) note(err error) {
	if log, openErr := os.OpenFile(p.logFile, os.O_APPEND|os.O_WRONLY, 0); openErr == nil {
		fmt.Fprintf(log, "the harness: %s has ended: %v\n", p.name, err)
		log.Close()
	}
}

// signal sends a signal to the incarnation that runs now, and to nothing else.
func (p *process) signal(s os.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return os.ErrProcessDone
	}
	return p.cmd.Process.Signal(s)
}

// kill ends the process as a power cut would; one that does not run is left alone.
func (p *process) kill() {
	if err := p.signal(os.Kill); err == nil || errors.Is(err, os.ErrProcessDone) {
		p.wait()
	}
}

func (p *process) wait() {
	p.mu.Lock()
	ended := p.ended
	p.mu.Unlock()
	if ended != nil {
		<-ended
	}
}

// restart is kill and start.
func (p *process) restart() error {
	p.kill()
	return p.start()
}

// pause stops the process where it stands, resume lets it go on.
func (p *process) pause() error  { return p.signal(syscall.SIGSTOP) }
func (p *process) resume() error { return p.signal(syscall.SIGCONT) }

// stopTimeout bounds an ordered stop.
const stopTimeout = 40 * time.Second

// stop asks the process to end and waits until it has.
func (p *process) stop() error {
	if err := p.signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	select {
	case <-p.ended:
	case <-time.After(stopTimeout):
		p.kill()
		return fmt.Errorf("%s did not stop within %s", p.name, stopTimeout)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return fmt.Errorf("ordered stop of %s: %w", p.name, p.err)
	}
	return nil
}

// alive reports whether the process runs.
func (p *process) alive() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// tail is the end of what the process has logged.
func (p *process) tail() string {
	text, err := os.ReadFile(p.logFile)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-15):], []byte("\n")))
}

// complaints are the errors that the process has logged, in all its incarnations.
func (p *process) complaints() string {
	text, err := os.ReadFile(p.logFile)
	if err != nil {
		return err.Error()
	}
	lines := slices.DeleteFunc(bytes.Split(text, []byte("\n")), func(l []byte) bool { return !bytes.Contains(l, []byte(`"level":"ERROR"`)) })
	return string(bytes.Join(lines[:min(len(lines), 15)], []byte("\n")))
}
