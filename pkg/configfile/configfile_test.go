package configfile

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestDecode(t *testing.T) {
	f := func(content, want, wantErr string) {
		t.Helper()
		into := struct {
			Name string `yaml:"name"`
		}{"as before"}
		err := Decode([]byte(content), &into)
		if wantErr != "" {
			if err == nil || !strings.Contains(err.Error(), wantErr) {
				t.Errorf("%q: error %v, want %q", content, err, wantErr)
			}
			return
		}
		if err != nil || into.Name != want {
			t.Errorf("%q: %q, %v; want %q", content, into.Name, err, want)
		}
	}
	f("name: a", "a", "")
	f("", "as before", "")
	f("# nothing yet\n", "as before", "")
	f("nam: a", "", "field nam not found")
	f("name: a\n---\nname: b", "", "one YAML document")
	f("name: a\n--- [", "", "one YAML document")
	f("name: [", "", "read YAML")
}

// TestWatcher: a change is told once its folder is quiet, and in any case after a while.
func TestWatcher(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	told := make(chan string, 100)
	w := NewWatcher("test file", []string{path}, func() {
		content, err := os.ReadFile(path)
		if err != nil {
			content = []byte("none")
		}
		told <- string(content)
	}, slog.New(slog.DiscardHandler))
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if got := <-told; got != "none" {
		t.Fatalf("at the start %q", got)
	}
	write(t, path, "one")
	for got := <-told; got != "one"; got = <-told {
		if got != "" { // as it is for a moment, which may be long
			t.Fatalf("after a change %q", got)
		}
	}
	write(t, path, "two")
	noise := time.NewTicker(settle / 5)
	defer noise.Stop()
	for late := time.After(10 * patience); ; {
		select {
		case got := <-told:
			switch got {
			case "two":
				return
			case "one", "": // the change before was told in two pieces, or this one is
			default:
				t.Fatalf("in a folder that is never quiet %q", got)
			}
		case <-noise.C:
			write(t, path+".log", "x")
		case <-late:
			t.Fatal("a folder that is never quiet hides a change")
		}
	}
}

func TestNoFolder(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no", "a.yaml")
	err := NewWatcher("test file", []string{missing}, func() {}, slog.New(slog.DiscardHandler)).Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "test file "+missing) {
		t.Errorf("error %v", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
