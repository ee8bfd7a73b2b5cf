package main

import (
	"strings"
	"testing"
	"time"
)

// TestRun is the whole bench, briefly: every event is found, and every figure is there.
func TestRun(t *testing.T) {
	var out strings.Builder
	b := bench{rate: 50, connections: 4, duration: time.Second, out: &out}
	if err := b.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b.sent == 0 || len(b.found) != b.sent {
		t.Errorf("%d of %d events were found", len(b.found), b.sent)
	}
	for _, want := range []string{"cores", "sent → accepted", "accepted → queryable", "the whole product"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, &out)
		}
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{"-rate", "0"}, {"-duration", "-1s"}, {"-connections", "0"}} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q were accepted", args)
		}
	}
}
