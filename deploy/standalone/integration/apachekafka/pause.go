package apachekafka

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Pause stops the node in the middle of whatever it does: its connections stay, and nobody answers.
func (b *Broker) Pause() error { return b.process.signal(syscall.SIGSTOP) }

// Resume lets a paused node go on.
func (b *Broker) Resume() error { return b.process.signal(syscall.SIGCONT) }

// signal sends a signal to the Java process.
func (p *process) signal(s syscall.Signal) error {
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", p.shell, p.shell))
	if err != nil {
		return fmt.Errorf("find the java process: %w", err)
	}
	for child := range strings.FieldsSeq(string(children)) {
		name, err := os.ReadFile("/proc/" + child + "/comm")
		if err != nil || strings.TrimSpace(string(name)) != "java" {
			continue
		}
		pid, err := strconv.Atoi(child)
		if err != nil {
			return fmt.Errorf("find the java process: %w", err)
		}
		return syscall.Kill(pid, s)
	}
	return errors.New("find the java process: it has ended")
}
