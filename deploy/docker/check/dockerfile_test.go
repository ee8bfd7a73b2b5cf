package check

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/opencontainers/go-digest"
)

func TestDockerfile(t *testing.T) {
	for _, w := range lint(t, "../Dockerfile") {
		t.Error(w)
	}
}

func TestDockerfileLinterFires(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "Dockerfile")
	if err := os.WriteFile(bad, []byte("FROM golang:1.26 as build\nENV PASSWORD=secret\nCMD run it\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := lint(t, bad); len(got) != 3 {
		t.Errorf("got %q, want the casing, the secret and the shell form", got)
	}
}

// lint returns what BuildKit's own rules say about a Dockerfile.
func lint(t *testing.T, path string) (warnings []string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	source := llb.NewSourceMap(nil, path, "Dockerfile", content)
	source.Definition = &llb.Definition{}
	result, err := dockerfile2llb.DockerfileLint(context.Background(), content, dockerfile2llb.ConvertOpt{
		SourceMap:    source,
		MetaResolver: offline{},
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Error != nil {
		t.Fatalf("%s cannot be built: %s", path, result.Error.Message)
	}
	for _, w := range result.Warnings {
		warnings = append(warnings, w.RuleName+": "+w.Detail)
	}
	return warnings
}

// offline describes every base image as an empty one for this machine, so that nothing is asked.
type offline struct{}

func (offline) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := []byte(`{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/local/go/bin:/usr/bin:/bin"]}}`)
	return ref, digest.FromBytes(config), config, nil
}
