package accesslog

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/google/go-cmp/cmp"
)

// realLog lies beside the repository: a log of 10,000 lines from the web, which is not ours to ship.
const realLog = "../../../shared/data/access.log.gz"

// TestRealLog: every line of a real log is a view or a counted skip, as another program counts them.
func TestRealLog(t *testing.T) {
	if _, err := os.Stat(realLog); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there: the real log is no part of the repository", realLog)
	}
	got := agreesWithScript(t, realLog)
	if got.Lines != 10_000 {
		t.Errorf("%d lines", got.Lines)
	}
	c := newCollector(t)
	report := mustImport(t, c, "", realLog)
	c.wantOnce()
	if n := len(c.ids()); int64(n) != got.Views || report.Accepted != got.Views || report.Rejected != 0 {
		t.Errorf("%d views became %d events; the collector took %d and refused %d", got.Views, n, report.Accepted, report.Rejected)
	}
	t.Logf("%d lines, %d views, %v", got.Lines, got.Views, got.Skipped)
}

// TestOddLog holds our own log of odd lines to the same script.
func TestOddLog(t *testing.T) {
	text, err := os.ReadFile("testdata/odd.log")
	if err != nil {
		t.Fatal(err)
	}
	whole := strings.Join(strings.Split(string(text), "\n")[:30], "\n") + "\n" // the script reads whole lines
	agreesWithScript(t, writeLog(t, "odd.log", whole+manyPages(500)))
}

type scriptCount struct {
	Lines, Views int64
	Skipped      map[format.Reason]int64
}

func agreesWithScript(t *testing.T, log string) scriptCount {
	t.Helper()
	out, err := exec.Command("python3", "testdata/count.py", log).Output()
	if err != nil {
		t.Fatalf("the script: %v", err)
	}
	var want scriptCount
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	cfg := ImportConfig{ClientConfig: ClientConfig{CollectorURL: "http://127.0.0.1:1"}, Site: "a", DryRun: true}
	report, err := Import(t.Context(), cfg, []string{log}, nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	got := scriptCount{report.Lines, report.Views, report.Skipped}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the script and the shipper count differently:\n%s", diff)
	}
	return got
}
