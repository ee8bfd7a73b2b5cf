package accesslog

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/google/go-cmp/cmp"
)

// importInto imports the files into a collector; stdin is what stands on standard input.
func importInto(t *testing.T, c *collector, stdin string, files ...string) (Report, error) {
	t.Helper()
	cfg := ImportConfig{ClientConfig: c.config(), Site: "site.example", GiveUpAfter: time.Minute}
	return Import(t.Context(), cfg, files, strings.NewReader(stdin), io.Discard)
}

func mustImport(t *testing.T, c *collector, stdin string, files ...string) Report {
	t.Helper()
	report, err := importInto(t, c, stdin, files...)
	if err != nil {
		t.Fatal(err)
	}
	if report.Views != report.Accepted+report.Rejected {
		t.Errorf("%d views, of which %d were accepted and %d rejected", report.Views, report.Accepted, report.Rejected)
	}
	return report
}

// writeLog writes a file into a folder of the test's own.
func writeLog(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pages are the lines of a view each.
func pages(paths ...string) string {
	var b strings.Builder
	for i, path := range paths {
		b.WriteString(logLine(path, i))
	}
	return b.String()
}

func manyPages(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(logLine("/page", i))
	}
	return b.String()
}

// TestImportTwice: the same log counts once, whatever it is called and however it is stored.
func TestImportTwice(t *testing.T) {
	c := newCollector(t)
	text := pages("/a", "/b", "/style.css", "/a", "/a") + "no line of a log\r\n" + logLine("/last", 9)
	mustImport(t, c, "", writeLog(t, "access.log", text))
	mustImport(t, c, "", writeLog(t, "access.log.2.gz", zipped(t, text)))
	mustImport(t, c, "", writeLog(t, "zip without its ending", zipped(t, text[:100])+zipped(t, text[100:])))
	mustImport(t, c, "", writeLog(t, "other.gz", text))
	mustImport(t, c, text, "-")
	mustImport(t, c, zipped(t, text), "-")
	ids := c.ids()
	for id, n := range ids {
		if n != 6 {
			t.Errorf("event %s came %d times", id, n)
		}
	}
	if len(ids) != 5 {
		t.Errorf("5 views became %d events", len(ids))
	}
}

// TestImportGrowingLog: what a log's earlier lines became stays while the log grows.
func TestImportGrowingLog(t *testing.T) {
	text := pages("/a", "/b", "/a", "/c", "/d")
	c := newCollector(t)
	mustImport(t, c, text, "-")
	want := slices.Sorted(maps.Keys(c.ids()))
	for size := 0; size < len(text); size += 3 {
		mustImport(t, c, text[:size], "-")
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(c.ids()))); diff != "" {
		t.Error(diff)
	}
}

func TestImportOtherLogIsOther(t *testing.T) {
	c := newCollector(t)
	mustImport(t, c, pages("/a", "/b"), "-")
	mustImport(t, c, pages("/z", "/b"), "-")
	c.wantOnce()
	if n := len(c.ids()); n != 4 {
		t.Errorf("two logs of two views became %d events", n)
	}
}

func TestImportBrokenLines(t *testing.T) {
	c := newCollector(t)
	text := logLine("/a", 0) + "\n" + "\x16\x03\x01\n" + strings.Repeat("x", MaxLine+1) + "\n" + logLine("/b.png", 1) +
		strings.Replace(logLine("/c", 2), "192.0.2", "client", 1) + logLine("/d", 3) + logLine("/e", 4)[:60]
	got := mustImport(t, c, "", writeLog(t, "access.log", text))
	want := map[format.Reason]int64{format.SkipEmpty: 1, format.SkipMalformed: 1, format.SkipTooLong: 1, format.SkipStatic: 1, format.SkipAddress: 1, format.SkipHalfLine: 1}
	if diff := cmp.Diff(want, got.Skipped); diff != "" || got.Lines != 8 || got.Views != 2 {
		t.Errorf("%d lines, %d views\n%s", got.Lines, got.Views, diff)
	}
	if diff := cmp.Diff([]string{"/a", "/d"}, c.urls()); diff != "" {
		t.Error(diff)
	}
}

// TestImportKeepsGoing: a collector that is busy, slow to answer or forgetful gets every view.
func TestImportKeepsGoing(t *testing.T) {
	const lines = 2*maxBatchLines + 2
	c := newCollector(t, busy("0"), busy("0"), problem(http.StatusInternalServerError, "oops", ""))
	c.lost = 2
	got := mustImport(t, c, "", writeLog(t, "access.log.gz", zipped(t, manyPages(lines))))
	if n := len(c.ids()); n != lines || got.Accepted != lines || got.Rejected != 0 {
		t.Errorf("%d views became %d events, of which the report counts %d", lines, n, got.Accepted)
	}
	if c.most > postsInFlight {
		t.Errorf("%d posts at a time", c.most)
	}
}

func TestImportDryRun(t *testing.T) {
	c := newCollector(t)
	cfg := ImportConfig{ClientConfig: c.config(), Site: "site.example", DryRun: true}
	got, err := Import(t.Context(), cfg, []string{writeLog(t, "access.log", pages("/a", "/b.png", "/c"))}, nil, io.Discard)
	if err != nil || got.Lines != 3 || got.Views != 2 || got.Accepted != 0 || len(c.answered) > 0 {
		t.Errorf("got %+v, %v and %d posts", got, err, len(c.answered))
	}
}

func TestImportFails(t *testing.T) {
	good := writeLog(t, "access.log", pages("/a"))
	cut := writeLog(t, "cut.gz", zipped(t, pages("/b", "/c"))[:90])
	folder := t.TempDir()
	f := func(want string, urls []string, files ...string) {
		t.Helper()
		c := newCollector(t)
		_, err := importInto(t, c, "", files...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q in it", err, want)
		}
		if diff := cmp.Diff(urls, c.urls()); diff != "" {
			t.Error(diff)
		}
	}
	f("name at least one log file", nil)
	f("no such file", nil, good, filepath.Join(folder, "none.log"))
	f("import "+folder+": is a directory", nil, good, folder)
	f("import "+cut+": read the log at byte ", []string{"/a"}, cut, good)
	f("import "+cut+": read the log at byte ", []string{"/a"}, good, cut)
}

func TestImportRefusesSettings(t *testing.T) {
	good := ImportConfig{ClientConfig: ClientConfig{CollectorURL: "http://127.0.0.1:1"}, Site: "a", DryRun: true}
	f := func(want string, change func(*ImportConfig)) {
		t.Helper()
		cfg := good
		change(&cfg)
		if _, err := Import(t.Context(), cfg, []string{"-"}, strings.NewReader(""), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q in it", err, want)
		}
	}
	f(`site ""`, func(c *ImportConfig) { c.Site = "" })
	f("give-up-after -1s", func(c *ImportConfig) { c.GiveUpAfter = -time.Second })
	f(`collector-url "localhost:8081"`, func(c *ImportConfig) { c.CollectorURL = "localhost:8081" })
	f(`static extension ".a b"`, func(c *ImportConfig) { c.StaticExtensions = []string{".a b"} })
	f("read the token file", func(c *ImportConfig) { c.DryRun, c.TokenFile = false, "no/such/file" })
}

// TestImportStops: a signal ends the import at once, in the middle of a wait, and says what to do.
func TestImportStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := newCollector(t, func(w http.ResponseWriter) { cancel(); busy("3600")(w) })
	cfg := ImportConfig{ClientConfig: c.config(), Site: "site.example"}
	_, err := Import(ctx, cfg, []string{"-"}, strings.NewReader(manyPages(5*maxBatchLines)), io.Discard)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "run the same again") {
		t.Errorf("got error %v", err)
	}
}

func TestImportWrongToken(t *testing.T) {
	c := newCollector(t)
	cfg := ImportConfig{ClientConfig: c.config(), Site: "site.example"}
	cfg.Token = ""
	cfg.TokenFile = writeLog(t, "token", "# nobody's\n\nwrong\n"+testToken+"\n")
	if _, err := Import(t.Context(), cfg, []string{"-"}, strings.NewReader(pages("/a")), io.Discard); err == nil || !strings.Contains(err.Error(), "--token-file") {
		t.Errorf("got error %v", err)
	}
	cfg.TokenFile = writeLog(t, "token", "# ours\n\n"+testToken+"\nother\n")
	if _, err := Import(t.Context(), cfg, []string{"-"}, strings.NewReader(pages("/a")), io.Discard); err != nil {
		t.Error(err)
	}
	cfg.TokenFile = writeLog(t, "token", "# none\n")
	if _, err := Import(t.Context(), cfg, []string{"-"}, strings.NewReader(pages("/a")), io.Discard); err == nil || !strings.Contains(err.Error(), "holds no token") {
		t.Errorf("got error %v", err)
	}
}
