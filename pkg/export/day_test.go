package export

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// numbered is a table of n rows, so that its files tell which run they are of.
func numbered(n int) (tables, map[string]uint64) {
	return tables{"export_formulas": formulas(n), "export_other": formulas(n)}, map[string]uint64{"formulas": uint64(n), "other": uint64(n)}
}

// linesIn counts the rows of a CSV file without quoted line ends.
func linesIn(t *testing.T, path string) int {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(b), "\r\n") - 1
}

// entries lists the zone's folder.
func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	found, err := os.ReadDir(filepath.Join(dir, "Europe.Vienna"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		names = append(names, e.Name())
	}
	return names
}

// TestFailureKeepsTheOldFiles: the source fails after some rows, or holds other rows than the ledger.
func TestFailureKeepsTheOldFiles(t *testing.T) {
	dir := t.TempDir()
	source, rows := numbered(3)
	e := exporter(dir, source)
	folder := export(t, e, runOf(rows, noon))

	broken := formulas(5)
	broken.failure = errors.New("the server is gone")
	f := func(name string, other table, counted uint64) {
		t.Helper()
		source["export_other"] = other
		run := runOf(map[string]uint64{"formulas": 3, "other": counted}, noon.Add(time.Hour))
		if err := e.Export(t.Context(), run); err == nil {
			t.Errorf("%s: exported", name)
		}
	}
	f("a failing source", broken, 5)
	f("a day that was published again", formulas(5), 4)
	if n := linesIn(t, filepath.Join(folder, "other.csv")); n != 3 {
		t.Errorf("the day holds %d rows, want the 3 of the run before", n)
	}
	if left := entries(t, dir); len(left) != 2 {
		t.Errorf("the folder holds %q, want the link and its folder", left)
	}
}

// TestCrashIsCleaned: folders of exports that never ended go with the next export, of any day.
func TestCrashIsCleaned(t *testing.T) {
	dir := t.TempDir()
	source, rows := numbered(1)
	e := exporter(dir, source)
	crashed := filepath.Join(dir, "Europe.Vienna", ".2025-12-24.0198a0d4-0000-7000-8000-000000000000")
	if err := os.MkdirAll(filepath.Join(crashed, "deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	e.cfg.Keep = time.Hour
	export(t, e, runOf(rows, noon))
	if n := len(entries(t, dir)); n != 3 {
		t.Errorf("%d entries: a folder that may still be written was removed", n)
	}
	e.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	export(t, e, runOf(rows, noon.Add(time.Hour)))
	if left := entries(t, dir); len(left) != 2 {
		t.Errorf("the folder holds %q, want the link and its folder", left)
	}
}

func TestOrderOfRuns(t *testing.T) {
	dir := t.TempDir()
	f := func(started time.Time, n, want int) {
		t.Helper()
		source, rows := numbered(n)
		folder := export(t, exporter(dir, source), runOf(rows, started))
		if got := linesIn(t, filepath.Join(folder, "other.csv")); got != want {
			t.Errorf("after the run of %s the day holds %d rows, want %d", started, got, want)
		}
	}
	f(noon, 2, 2)
	f(noon.Add(time.Hour), 3, 3)
	f(noon, 2, 3)                // an older run comes late
	f(noon.Add(time.Hour), 3, 3) // the same run again
	f(noon.Add(2*time.Hour), 4, 4)
}

// TestReaderThroughSwaps reads through the link while runs replace each other: every file is whole,
// and the files of one resolved folder belong to one run.
func TestReaderThroughSwaps(t *testing.T) {
	dir := t.TempDir()
	source, rows := numbered(1)
	e := exporter(dir, source)
	e.cfg.Keep = time.Hour
	folder := export(t, e, runOf(rows, noon))

	const runs = 40
	exported := make(chan error, 1)
	go func() {
		for i := 2; i <= runs; i++ {
			source, rows := numbered(i)
			writer := New(e.cfg, source, e.log)
			if err := writer.Export(t.Context(), runOf(rows, noon.Add(time.Duration(i)*time.Minute))); err != nil {
				exported <- err
				return
			}
		}
		exported <- nil
	}()
	last, reads := 0, 0
	for done := false; !done || last < runs; reads++ {
		n := readDay(t, folder)
		if n < last || n > runs {
			t.Fatalf("read a day of %d rows after one of %d", n, last)
		}
		last = n
		select {
		case err := <-exported:
			if err != nil {
				t.Fatal(err)
			}
			done = true
		default:
		}
	}
	t.Logf("%d reads during %d swaps", reads, runs)
}

// readDay reads all files of a day as one consistent set and returns its number of rows.
func readDay(t *testing.T, link string) int {
	t.Helper()
	folder, err := filepath.EvalSymlinks(link)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(folder, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	n := int(m.Tables["other"].Rows)
	for name := range m.Tables {
		if got := linesIn(t, filepath.Join(folder, name+".csv")); got != n {
			t.Fatalf("%s has %d rows, the manifest says %d", name, got, n)
		}
		if _, rows := readParquet(t, filepath.Join(folder, name+".parquet")); len(rows) != n {
			t.Fatalf("%s.parquet has %s rows, the manifest says %d", name, strconv.Itoa(len(rows)), n)
		}
	}
	return n
}

func TestZoneFolder(t *testing.T) {
	for _, zone := range []string{"", "../x", "/etc", "a.b", `a\b`} {
		if _, err := openDay(t.TempDir(), ledger.Run{Zone: zone}); err == nil {
			t.Errorf("the zone %q got a folder", zone)
		}
	}
}
