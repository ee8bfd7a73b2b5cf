package accesslog

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// following is a Follower at work on the logs of one folder.
type following struct {
	*Follower
	t      *testing.T
	folder string
	reg    *prometheus.Registry
	said   chan string // the messages of its log
}

// follow starts a Follower of access.log*; change may alter it before.
func follow(t *testing.T, c *collector, folder string, change func(*Follower)) *following {
	t.Helper()
	reg, said := prometheus.NewRegistry(), make(chan string, 1000)
	cfg := FollowConfig{
		Files: []string{filepath.Join(folder, "access.log"), filepath.Join(folder, "other*.log")},
		Site:  "site.example", State: filepath.Join(folder, "state.json"), Poll: time.Millisecond,
	}
	f, err := NewFollower(c.config(), cfg, reg, slog.New(messages{slog.DiscardHandler, said}))
	if err != nil {
		t.Fatal(err)
	}
	f.delivery.refusedPause = time.Millisecond
	if change != nil {
		change(f)
	}
	if err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := &following{f, t, folder, reg, said}
	t.Cleanup(w.stop)
	return w
}

// messages is a log that hands its messages to a test.
type messages struct {
	slog.Handler
	said chan string
}

func (messages) Enabled(context.Context, slog.Level) bool { return true }

func (m messages) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	m.said <- text
	return nil
}

func (f *following) stop() {
	f.t.Helper()
	if err := f.Stop(context.WithoutCancel(f.t.Context())); err != nil {
		f.t.Error(err)
	}
}

// hear waits until the log says something that begins like this.
func (f *following) hear(beginning string) string {
	f.t.Helper()
	deadline := time.After(time.Minute)
	for {
		select {
		case text := <-f.said:
			if strings.HasPrefix(text, beginning) {
				return text
			}
		case <-deadline:
			f.t.Fatalf("the log never says %q", beginning)
		}
	}
}

// settled waits until the checkpoint says that all of the named log has been shipped.
func (f *following) settled(name string) {
	f.t.Helper()
	path := filepath.Join(f.folder, name)
	info, err := os.Stat(path)
	if err != nil {
		f.t.Fatal(err)
	}
	id, err := identify(info)
	if err != nil {
		f.t.Fatal(err)
	}
	deadline, tick := time.After(time.Minute), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		marks, err := loadMarks(f.cfg.State)
		if err != nil {
			f.t.Fatal(err)
		}
		if slices.ContainsFunc(marks, func(m mark) bool { return m.fileID == id && m.Offset == info.Size() }) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			f.t.Fatalf("%s has %d bytes, the checkpoint says %+v", name, info.Size(), marks)
		}
	}
}

// put appends to a file of the folder, in one write as a server does.
func put(t *testing.T, folder, name, text string) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(folder, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = file.WriteString(text)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, folder, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(folder, from), filepath.Join(folder, to)); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, folder, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(folder, name)); err != nil {
		t.Fatal(err)
	}
}

// metric returns the value of a series, named by its metric and the values of its labels.
func (f *following) metric(series string) float64 {
	f.t.Helper()
	families, err := f.reg.Gather()
	if err != nil {
		f.t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += " " + label.GetValue()
			}
			if name == series {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	f.t.Fatalf("there is no series %q", series)
	return 0
}
