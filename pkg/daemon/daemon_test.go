package daemon

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// journal notes what the parts of a process do, in order.
type journal struct {
	mu    sync.Mutex
	lines []string
	added chan struct{}
}

func newJournal() *journal { return &journal{added: make(chan struct{}, 100)} }

func (j *journal) note(line string) {
	j.mu.Lock()
	j.lines = append(j.lines, line)
	j.mu.Unlock()
	j.added <- struct{}{}
}

// wait returns once a line has been noted.
func (j *journal) wait(t *testing.T, line string) {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		j.mu.Lock()
		found := slices.Contains(j.lines, line)
		j.mu.Unlock()
		if found {
			return
		}
		select {
		case <-j.added:
		case <-deadline:
			t.Fatalf("waited in vain for %q", line)
		}
	}
}

// part is a Part that writes its journal and fails when told to.
type part struct {
	name             string
	journal          *journal
	startErr, endErr error
	start            func(context.Context) error
}

func (p part) Start(ctx context.Context) error {
	p.journal.note("start " + p.name)
	if p.start != nil {
		return p.start(ctx)
	}
	return p.startErr
}

func (p part) Stop(context.Context) error {
	p.journal.note("stop " + p.name)
	return p.endErr
}

func process() *Process {
	return New(Config{StopTimeout: time.Second})
}

// run runs p until the returned function has its result.
func run(ctx context.Context, p *Process) (wait func() error) {
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	return func() error { return <-done }
}

func TestPartsStopInReverse(t *testing.T) {
	j, p := newJournal(), process()
	for _, name := range []string{"a", "b", "c"} {
		p.Add(name, part{name: name, journal: j})
	}
	ctx, cancel := context.WithCancel(t.Context())
	wait := run(ctx, p)
	j.wait(t, "start c")
	cancel()
	if err := wait(); err != nil {
		t.Errorf("after a stop that was asked for: %v", err)
	}
	if diff := cmp.Diff(strings.Fields("start·a start·b start·c stop·c stop·b stop·a"), dotted(j)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func dotted(j *journal) []string {
	return strings.Fields(strings.ReplaceAll(strings.Join(j.lines, "\n"), " ", "·"))
}

func TestFailedStartStopsWhatHadStarted(t *testing.T) {
	j, p, broken := newJournal(), process(), errors.New("broken")
	p.Add("a", part{name: "a", journal: j})
	p.Add("b", part{name: "b", journal: j, startErr: broken})
	p.Add("c", part{name: "c", journal: j})
	err := p.Run(t.Context())
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "start b") {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff(strings.Fields("start·a start·b stop·a"), dotted(j)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFailStopsTheProcess(t *testing.T) {
	j, p := newJournal(), process()
	first, second, late := errors.New("first"), errors.New("second"), errors.New("late")
	p.Add("a", part{name: "a", journal: j, endErr: late})
	wait := run(t.Context(), p)
	j.wait(t, "start a")
	p.Fail(first)
	p.Fail(second) // does not block
	err := wait()
	if !errors.Is(err, first) || errors.Is(err, second) || !errors.Is(err, late) || !strings.Contains(err.Error(), "stop a") {
		t.Errorf("error %v", err)
	}
	j.wait(t, "stop a")
}

func TestSignalStopsTheProcess(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		j, p := newJournal(), process()
		p.Add("a", part{name: "a", journal: j})
		wait := run(t.Context(), p)
		j.wait(t, "start a")
		if err := syscall.Kill(syscall.Getpid(), sig); err != nil {
			t.Fatal(err)
		}
		if err := wait(); err != nil {
			t.Errorf("%s: %v", sig, err)
		}
		j.wait(t, "stop a")
	}
}

// A process that is asked to stop while it starts has not failed.
func TestStopWhileStarting(t *testing.T) {
	j, p := newJournal(), process()
	ctx, cancel := context.WithCancel(t.Context())
	p.Add("a", part{name: "a", journal: j})
	p.Add("slow", part{name: "slow", journal: j, start: func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}})
	if err := p.Run(ctx); err != nil {
		t.Errorf("error %v", err)
	}
	j.wait(t, "stop a")
}
