package networks

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

var address = netip.MustParseAddr("192.0.2.7")

// TestReload: a new file is taken over, a damaged one leaves the last good one in force.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	path := mmdbFile(t, filepath.Join(dir, "c.mmdb"), country("192.0.2.0/24", "AT", ""))
	own := write(t, filepath.Join(dir, "own.csv"), "192.0.2.0/24,First\n")
	n, err := New(Config{Country: []string{path}, Networks: own}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	w := n.Watcher()
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	expect(t, n, "192.0.2.7", Place{Country: "AT", Organisation: "First", Class: "business"})

	replace(t, mmdbFile(t, filepath.Join(t.TempDir(), "new"), country("192.0.2.0/24", "DE", "")), path)
	await(t, func() bool { return testutil.ToFloat64(n.metrics.reloads.WithLabelValues("country")) == 1 })
	expect(t, n, "192.0.2.7", Place{Country: "DE", Organisation: "First", Class: "business"})

	write(t, path, "<html>not found</html>")
	await(t, func() bool { return testutil.ToFloat64(n.metrics.failures.WithLabelValues("country")) == 1 })
	replace(t, write(t, filepath.Join(t.TempDir(), "new"), "192.0.2.0/24,Second\n"), own) // whole, as one that is empty for a moment counts, too
	await(t, func() bool { return testutil.ToFloat64(n.metrics.reloads.WithLabelValues("networks")) == 1 })
	expect(t, n, "192.0.2.7", Place{Country: "DE", Organisation: "Second", Class: "business"})

	if err := os.Remove(own); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return testutil.ToFloat64(n.metrics.failures.WithLabelValues("networks")) == 1 })
	expect(t, n, "192.0.2.7", Place{Country: "DE", Organisation: "Second", Class: "business"})

	replace(t, mmdbFile(t, filepath.Join(t.TempDir(), "new"), country("192.0.2.0/24", "FR", "")), path)
	await(t, func() bool { return testutil.ToFloat64(n.metrics.reloads.WithLabelValues("country")) == 2 })
	expect(t, n, "192.0.2.7", Place{Country: "FR", Organisation: "Second", Class: "business"})
}

// TestFileThatComesLater: what a start does not wait for is taken over when it is there.
func TestFileThatComesLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.mmdb")
	n, err := New(Config{Country: []string{path}, MayCome: true}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	w := n.Watcher()
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	expect(t, n, "192.0.2.7", Place{})
	replace(t, mmdbFile(t, filepath.Join(t.TempDir(), "new"), country("192.0.2.0/24", "DE", "")), path)
	await(t, func() bool { return testutil.ToFloat64(n.metrics.reloads.WithLabelValues("country")) == 1 })
	expect(t, n, "192.0.2.7", Place{Country: "DE"})
}

func replace(t *testing.T, with, path string) {
	t.Helper()
	if err := os.Rename(with, path); err != nil {
		t.Fatal(err)
	}
}

// await polls, since what is waited for happens in another goroutine; a test that fails waits long.
func await(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for !done() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("the files were not read again")
		}
	}
}
