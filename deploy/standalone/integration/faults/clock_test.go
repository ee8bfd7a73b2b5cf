package faults

import (
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

//go:embed testdata/offset.go.txt
var offsetSource []byte

const nowBegins = "\tsec, nsec, mono := runtimeNow()\n\tif mono == 0 {"

// buildWithClock builds bin/footfall with a wall clock that can be moved: it has no C library that
// faketime could get hold of, so the one line of the standard library that reads the clock is changed.
func buildWithClock(t testing.TB) (program string) {
	t.Helper()
	dir := t.TempDir()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	std := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	source, err := os.ReadFile(filepath.Join(std, "time.go"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), nowBegins) != 1 {
		t.Fatal("time.Now is not what it was: look at it, and change this test")
	}
	changed := strings.Replace(string(source), nowBegins, strings.Replace(nowBegins, "\n", "\n\tsec += *offset\n", 1), 1)
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(std, "time.go"): put(t, dir, "time.go", []byte(changed)), filepath.Join(std, "offset.go"): put(t, dir, "offset.go", offsetSource),
	}})
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "footfall")
	build := exec.Command("go", "build", "-overlay", put(t, dir, "overlay.json", overlay), "-o", program, "github.com/footfall-analytics/footfall/deploy/standalone")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

func put(t testing.TB, dir, name string, content []byte) (path string) {
	t.Helper()
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestClockSteps moves the clock of the collector and of the consumer by a day, forth and back, under load.
// It builds everything once more, so it runs only when all is asked for.
func TestClockSteps(t *testing.T) {
	if !*all {
		t.Skip("takes a build of its own; run it with -all")
	}
	program := buildWithClock(t)
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		clocks := map[*service]string{}
		for _, s := range w.services() {
			clocks[s] = put(t, w.dir, s.name+".clock", make([]byte, 8))
			s.command[0], s.env = program, append(s.env, "FOOTFALL_TEST_CLOCK="+clocks[s])
		}
		w.start()
		w.load.run(8)
		for _, step := range []time.Duration{24 * time.Hour, -24 * time.Hour, time.Hour, -time.Hour, 0} {
			for _, s := range w.services() {
				w.awaitAcknowledged(w.journal.count(acknowledged), 100)
				w.awaitStored(w.stored(), 50)
				t.Log(s.name, step)
				setClock(t, clocks[s], step)
			}
		}
		w.awaitStored(w.stored(), 100)
		w.settle()
	})
}

// setClock steps the clock that a file holds; the file must not be replaced, since it is mapped.
func setClock(t testing.TB, file string, offset time.Duration) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(int64(offset/time.Second))), 0); err != nil {
		t.Fatal(err)
	}
}
