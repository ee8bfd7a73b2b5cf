package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the process that holds the collector, as the program itself is.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == serveArgument {
		if err := run(context.Background(), os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "FAIL:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// TestRun is the whole bench, briefly: every figure is there.
func TestRun(t *testing.T) {
	var out strings.Builder
	b := bench{out: &out, duration: 200 * time.Millisecond, connections: 4, batchers: 2}
	if err := b.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 10 || strings.Contains(out.String(), "NaN") {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
}
