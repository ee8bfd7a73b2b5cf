package minify

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The committed script is what the committed source builds to.
func TestCommittedBeaconIsCurrent(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "pkg", "beacon")
	source, err := os.ReadFile(filepath.Join(folder, "beacon.src.js"))
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(filepath.Join(folder, "beacon.js"))
	if err != nil {
		t.Fatal(err)
	}
	built, err := Script(source)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(built), string(committed)); diff != "" {
		t.Errorf("beacon.js is not current: run go generate ./pkg/beacon (-built +committed)\n%s", diff)
	}
}

func TestBrokenSourceIsRefused(t *testing.T) {
	if _, err := Script([]byte("(() => {")); err == nil {
		t.Error("a syntax error was built")
	}
}
