package accesslog

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReport holds the summaries that people read to a golden file.
func TestReport(t *testing.T) {
	future := strings.Replace(logLine("/future", 2), "2024", "9024", 1)
	log := writeLog(t, "access.log", logLine("/a", 59)+future+logLine("/b.png", 1)+logLine("/c", 120)+"broken\n"+logLine("/d.css", 3)+future)
	c := newCollector(t)
	real, dry := mustImport(t, c, "", log), newReport(true)
	for i := range real.First {
		real.First[i].File = "access.log" // the folder is another one every time
	}
	dry.Lines, dry.Views, dry.FirstDay, dry.LastDay = 2, 2, real.FirstDay, real.LastDay
	none := newReport(false)
	var got bytes.Buffer
	for _, r := range []Report{real, dry, none} {
		r.Elapsed = 1500 * time.Millisecond
		if err := r.Print(&got); err != nil {
			t.Fatal(err)
		}
		got.WriteString("--\n")
	}
	const golden = "testdata/report.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestPlainProgress(t *testing.T) {
	f := func(total int64, want string) {
		t.Helper()
		var out bytes.Buffer
		p := newPlain(&out, total)
		p.tick(1) // too early for a line
		p.read(250_000)
		p.print(4096, 2*time.Second)
		p.waiting(errors.New("post: refused"), 1500*time.Millisecond)
		p.done()
		if diff := cmp.Diff(want+"post: refused; trying again in 1.5s\n", out.String()); diff != "" {
			t.Error(diff)
		}
	}
	f(1_000_000, "4096 lines, 0.2 MB, 2048 lines/s, 25 %, 6s left\n")
	f(-1, "4096 lines, 0.2 MB, 2048 lines/s\n")
}

// TestBar: the bar shows what it was told, and lets go of an import that ended early.
func TestBar(t *testing.T) {
	for _, size := range []int{0, 500, 1000, 2000} {
		var out bytes.Buffer
		b := newBar(&out, 1000)
		b.tick(4096)
		b.read(size)
		b.waiting(errors.New("post: refused"), time.Second)
		b.done()
		for _, want := range []string{"lines/s", "post: refused; trying again in 1s"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("after %d of 1000 bytes the bar shows %q, want %q in it", size, out.String(), want)
			}
		}
	}
}
