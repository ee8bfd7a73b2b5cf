package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/bench/minify"
)

// Each feature can still be taken out, and the script without it is a script.
func TestFeaturesCanBeLeftOut(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", source))
	if err != nil {
		t.Fatal(err)
	}
	built, err := minify.Script(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		rest, err := f.without(string(text))
		if err != nil {
			t.Error(err)
			continue
		}
		if less, err := minify.Script([]byte(rest)); err != nil || len(less) >= len(built) {
			t.Errorf("without %s: %d bytes, %v", f.name, len(less), err)
		}
	}
}
