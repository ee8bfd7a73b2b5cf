package npm

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// beacon is the folder of the beacon's package.
const beacon = "../../../pkg/beacon/npm"

// use is code that the types must take; lines after @ts-expect-error are such that they must refuse.
const use = `
footfall('signup', {plan: 'pro', seats: 3, trial: true})
footfall('clicked')
window.footfall('pageview', {url: '/virtual'})
footfall('pageview')
window.footfall = window.footfall || function () { (footfall.q = footfall.q || []).push(arguments) }
// @ts-expect-error a name is needed
footfall()
// @ts-expect-error names are texts
footfall(7)
// @ts-expect-error values are texts, numbers or booleans
footfall('signup', {plan: {name: 'pro'}})
// @ts-expect-error addresses are texts
footfall('pageview', {url: 7} as Footfall.Pageview)
`

// TypeScript understands the package as it would be installed.
func TestTypes(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir := t.TempDir()
	if err := Unpack(ctx, "typescript@5.9.3", dir); err != nil {
		t.Fatal(err)
	}
	installed := filepath.Join(dir, "node_modules", "@footfall-analytics", "beacon")
	if err := os.CopyFS(installed, os.DirFS(beacon)); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"use.ts":        use,
		"tsconfig.json": `{"compilerOptions": {"strict": true, "noEmit": true, "types": ["@footfall-analytics/beacon"], "lib": ["dom", "es2022"]}, "files": ["use.ts"]}`,
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tsc := exec.CommandContext(ctx, "node", filepath.Join(dir, "package", "bin", "tsc"), "--project", dir)
	if out, err := tsc.CombinedOutput(); err != nil {
		t.Errorf("tsc: %v\n%s", err, out)
	}
}

// The package holds what it says, and making it leaves nothing behind.
func TestPackage(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "beacon", "npm")
	if err := os.CopyFS(folder, os.DirFS(beacon)); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(beacon + "/../beacon.js")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+"/../beacon.js", script, 0o600); err != nil {
		t.Fatal(err)
	}
	pack := exec.CommandContext(t.Context(), "npm", "pack", "--json", "--pack-destination", t.TempDir())
	pack.Dir = folder
	out, err := pack.Output()
	if err != nil {
		t.Fatalf("npm pack: %v\n%s", err, out)
	}
	var packed []struct {
		Files []struct{ Path string }
	}
	if err := json.Unmarshal(out, &packed); err != nil || len(packed) != 1 {
		t.Fatalf("npm pack prints %s: %v", out, err)
	}
	var names []string
	for _, f := range packed[0].Files {
		names = append(names, f.Path)
	}
	slices.Sort(names)
	if want := []string{"README.md", "beacon.js", "index.d.ts", "package.json"}; !slices.Equal(names, want) {
		t.Errorf("the package holds %v, want %v", names, want)
	}
	if _, err := os.Stat(filepath.Join(folder, "beacon.js")); err == nil {
		t.Error("the copy of the script is left in the folder")
	}
}
