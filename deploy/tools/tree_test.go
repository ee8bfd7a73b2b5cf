package tools

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tree is a copy of the module's outline in a temporary folder: every package that may be imported,
// empty, and the drivers as empty modules, so that nothing is downloaded.
type tree struct {
	t   *testing.T
	dir string
}

func newTree(t *testing.T) *tree {
	t.Helper()
	tree := &tree{t, t.TempDir()}
	mod := "module " + module + "\n\ngo 1.26.0\n"
	for name, path := range drivers {
		version := "v0.0.0"
		if filepath.Base(path) == "v2" {
			version = "v2.0.0"
		}
		mod += "\nrequire " + path + " " + version + "\nreplace " + path + " => ./drivers/" + name + "\n"
		tree.write("drivers/"+name+"/go.mod", "module "+path+"\n\ngo 1.26.0\n")
		tree.write("drivers/"+name+"/driver.go", "package driver\n")
	}
	for name := range mayImport {
		tree.write(name+"/stub.go", "package "+filepath.Base(name)+"\n")
	}
	tree.write("go.mod", mod)
	rules, err := os.ReadFile("../../.golangci.yml") // copied, since paths are matched relative to it
	if err != nil {
		t.Fatal(err)
	}
	tree.write(".golangci.yml", string(rules))
	return tree
}

func (tree *tree) write(name, content string) {
	tree.t.Helper()
	path := filepath.Join(tree.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tree.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		tree.t.Fatal(err)
	}
}

// lint runs one linter with the repository's rules and returns what it says, by file.
func (tree *tree) lint(linter string) map[string]string {
	tree.t.Helper()
	here, err := os.Getwd()
	if err != nil {
		tree.t.Fatal(err)
	}
	cmd := exec.Command("go", "tool", "-modfile="+filepath.Join(here, "go.mod"), "golangci-lint", "run",
		"--enable-only="+linter, "--output.json.path=stdout",
		"--show-stats=false", "--issues-exit-code=0", "--allow-parallel-runners", "./...")
	cmd.Dir = tree.dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOLANGCI_LINT_CACHE="+tree.t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tree.t.Fatalf("golangci-lint: %v\n%s", err, &stderr)
	}
	var report struct {
		Issues []struct {
			Text string
			Pos  struct{ Filename string }
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		tree.t.Fatalf("read golangci-lint's report %q: %v", out, err)
	}
	found := map[string]string{}
	for _, issue := range report.Issues {
		found[issue.Pos.Filename] += issue.Text + "\n"
	}
	return found
}
