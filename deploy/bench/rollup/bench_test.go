package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/bench/polars"
)

// TestMain lets the test binary be the process that holds the engine, as the program itself is.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == serveArgument {
		if err := run(context.Background(), os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "FAIL:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func newTestBench(t *testing.T) (*bench, *strings.Builder) {
	t.Helper()
	var out strings.Builder
	b, err := newBench(t.Context(), t.TempDir(), 2, true, &out)
	if err != nil {
		t.Fatal(err)
	}
	return b, &out
}

func TestMeasure(t *testing.T) {
	b, out := newTestBench(t)
	if err := b.measure(t.Context(), 3000); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"cores", "3,000 views", "rollup", "Polars / rollup", "hold the same"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, out)
		}
	}
	if left, err := filepath.Glob(filepath.Join(b.dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("data was left behind: %q, %v", left, err)
	}
}

// TestDifferenceIsFound lets Polars compute fewer events than the rollup has seen.
func TestDifferenceIsFound(t *testing.T) {
	b, _ := newTestBench(t)
	f := func(views uint64) string {
		t.Helper()
		dir := t.TempDir()
		if err := b.generate(t.Context(), dir, views); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	one, other := f(500), f(499)
	if _, _, err := b.rollup(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	if _, err := b.python.Run(t.Context(), "rollup.py", eventsFile(other), day.Date.String(), day.Zone.String(), polarsFile(one)); err != nil {
		t.Fatal(err)
	}
	if err := b.compare(t.Context(), one); err == nil || !strings.Contains(err.Error(), "differs") {
		t.Errorf("tables of other events were held to be equal: %v", err)
	}
}

// TestProgramThatFails: what Python says reaches the user.
func TestProgramThatFails(t *testing.T) {
	python, err := polars.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = python.Run(t.Context(), "rollup.py", "no-such-file.parquet", "2026-01-01", "UTC", filepath.Join(t.TempDir(), "x"))
	if err == nil || !strings.Contains(err.Error(), "no-such-file.parquet") {
		t.Errorf("got %v", err)
	}
}

func TestArguments(t *testing.T) {
	for _, views := range []string{"", "0", "ten", "10,-1"} {
		if err := run(t.Context(), []string{"-views", views}); err == nil {
			t.Errorf("views %q were accepted", views)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("%d became %q, want %q", n, got, want)
		}
	}
}
