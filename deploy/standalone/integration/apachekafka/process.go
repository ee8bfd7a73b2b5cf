package apachekafka

import (
	"fmt"
	"io"
	"os"
	"os/exec"
)

// watched is a shell script that runs its arguments as a child process and kills exactly that child
// as soon as the script's standard input ends: when we close it, and when our process is gone.
const watched = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ read -r _ <&3; kill -9 "$child"; } &
watcher=$!
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`

type process struct {
	shell    int // its process id; the command is its child
	lifeline io.Closer
	ended    chan struct{} // closed when the process has ended; err says how
	err      error
}

// startProcess runs a command; what it prints is appended to the log file.
func startProcess(logFile string, command ...string) (*process, error) {
	log, err := os.OpenFile(logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log of %s: %w", command[0], err)
	}
	defer log.Close() // the child has its own handle
	cmd := exec.Command("sh", append([]string{"-c", watched, "sh"}, command...)...)
	cmd.Stdout, cmd.Stderr = log, log
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make the lifeline of %s: %w", command[0], err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run %s: %w", command[0], err)
	}
	p := &process{shell: cmd.Process.Pid, lifeline: lifeline, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// kill ends the process with SIGKILL and returns when it has ended.
func (p *process) kill() {
	p.lifeline.Close() // fails when the process has ended already
	<-p.ended
}
