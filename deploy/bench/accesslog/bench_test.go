package main

import (
	"strings"
	"testing"
)

// TestRun is the whole bench, briefly.
func TestRun(t *testing.T) {
	var out strings.Builder
	b := bench{lines: 3000, rounds: 1, out: &out}
	if err := b.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"cores", "3000 lines", parsing, endToEnd} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, &out)
		}
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{"-lines", "0"}, {"-rounds", "0"}} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q were accepted", args)
		}
	}
}
