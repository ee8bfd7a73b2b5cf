package accesslog

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// importFrom imports the files and remembers the places in state.
func importFrom(ctx context.Context, c *collector, state string, files ...string) (Report, error) {
	cfg := ImportConfig{ClientConfig: c.config(), Site: "site.example", Resume: state, GiveUpAfter: time.Minute}
	return Import(ctx, cfg, files, nil, io.Discard)
}

// TestImportResumes: a second import posts only what the first one did not, also when the logs have
// grown, were renamed or were compressed in between.
func TestImportResumes(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	state := filepath.Join(dir, "import.json")
	one, two := filepath.Join(dir, "one.log"), filepath.Join(dir, "two.log")
	f := func(resumed, lines int64, files ...string) {
		t.Helper()
		got, err := importFrom(t.Context(), c, state, files...)
		if err != nil || got.Resumed != resumed || got.Lines != lines {
			t.Errorf("%v: %d resumed and %d read, %v, want %d and %d", files, got.Resumed, got.Lines, err, resumed, lines)
		}
	}
	put(t, dir, "one.log", pages("/1", "/x.css", "/2")+"junk\n")
	put(t, dir, "two.log", logLine("/3", 7)+logLine("/4", 8)[:30])
	f(0, 6, filepath.Join(dir, "*.log"))
	f(5, 1, one, two) // the half line is looked at again
	put(t, dir, "one.log", logLine("/5", 9))
	put(t, dir, "two.log", logLine("/4", 8)[30:]+logLine("/6", 10))
	f(5, 3, one, two)
	text, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "one.gz", zipped(t, string(text)+logLine("/7", 11)))
	f(5, 1, filepath.Join(dir, "one.gz"))
	c.wantOnce()
	if diff := cmp.Diff([]string{"/1", "/2", "/3", "/5", "/4", "/6", "/7"}, c.urls()); diff != "" {
		t.Error(diff)
	}
}

// TestImportResumesOther: a place is not taken for one in another log that begins with the same line.
func TestImportResumesOther(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	state := filepath.Join(dir, "import.json")
	header := "# a log\n"
	for _, text := range []string{header + pages("/1", "/2"), header + pages("/3", "/4", "/5"), header + logLine("/6", 6)} {
		if _, err := importFrom(t.Context(), c, state, writeLog(t, "access.log", text)); err != nil {
			t.Fatal(err)
		}
	}
	c.waitFor("/1", "/2", "/3", "/4", "/5", "/6")
}

// TestImportResumesAfterFailure: what was answered before the collector went away is not posted again,
// in whatever order the answers came.
func TestImportResumesAfterFailure(t *testing.T) {
	const lines = 4*maxBatchLines + 7
	for fails := range 5 {
		var script []func(http.ResponseWriter)
		for range fails {
			script = append(script, nil)
		}
		c := newCollector(t, append(script, problem(http.StatusForbidden, "no", "no"))...)
		state, log := filepath.Join(t.TempDir(), "import.json"), writeLog(t, "access.log", manyPages(lines))
		if _, err := importFrom(t.Context(), c, state, log); err == nil {
			t.Error("the import ends well")
		}
		got, err := importFrom(t.Context(), c, state, log)
		if err != nil || got.Resumed+got.Lines != lines {
			t.Errorf("%d and %d of %d lines, %v", got.Resumed, got.Lines, lines, err)
		}
		if n := len(c.ids()); n != lines {
			t.Errorf("%d lines became %d events", lines, n)
		}
		again, err := importFrom(t.Context(), c, state, log)
		if err != nil || again.Resumed != lines || again.Lines != 0 {
			t.Errorf("a third import read %d lines, %v", again.Lines, err)
		}
	}
}

func TestImportZstd(t *testing.T) {
	c := newCollector(t)
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	text := pages("/1", "/2")
	mustImport(t, c, "", writeLog(t, "access.log.zst", string(w.EncodeAll([]byte(text), nil))))
	mustImport(t, c, string(w.EncodeAll([]byte(text), nil)), "-")
	mustImport(t, c, text, "-")
	for id, n := range c.ids() {
		if n != 3 {
			t.Errorf("event %s came %d times", id, n)
		}
	}
	c.waitFor("/1", "/2")
}

func TestImportGlobs(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	for _, name := range []string{"b.log", "a.log", "c.txt", "[x].log"} {
		put(t, dir, name, logLine("/"+name[:1], len(name)))
	}
	mustImport(t, c, "", filepath.Join(dir, "?.log"), filepath.Join(dir, "[x].log"))
	if diff := cmp.Diff([]string{"/a", "/b", "/["}, c.urls()); diff != "" {
		t.Error(diff)
	}
	_, err := importInto(t, c, "", filepath.Join(dir, "*.none"))
	if err == nil || !strings.Contains(err.Error(), "no file matches") {
		t.Errorf("got error %v", err)
	}
}

func TestImportRefusesState(t *testing.T) {
	c := newCollector(t)
	_, err := importFrom(t.Context(), c, writeLog(t, "state", "{"), writeLog(t, "access.log", ""))
	if err == nil || !strings.Contains(err.Error(), "repair or delete it") {
		t.Errorf("got error %v", err)
	}
	if _, err = importFrom(t.Context(), c, filepath.Join(t.TempDir(), "none", "state"), "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got error %v", err)
	}
}
