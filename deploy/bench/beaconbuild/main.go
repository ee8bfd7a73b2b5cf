// Command beaconbuild builds beacon.js from beacon.src.js, in the folder given as its argument, and
// writes beacon.sum, which says what was built from what.
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: beaconbuild FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "beaconbuild:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	source, err := os.ReadFile(filepath.Join(folder, "beacon.src.js"))
	if err != nil {
		return fmt.Errorf("read source: %w", err)
	}
	built, err := build(source)
	if err != nil {
		return err
	}
	sum := fmt.Sprintf("%x  beacon.src.js\n%x  beacon.js\n", sha256.Sum256(source), sha256.Sum256(built))
	for name, content := range map[string][]byte{"beacon.js": built, "beacon.sum": []byte(sum)} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// build minifies for browsers from 2020 on: older ones run no script of that syntax at all.
func build(source []byte) ([]byte, error) {
	result := api.Transform(string(source), api.TransformOptions{
		Loader: api.LoaderJS, Target: api.ES2020, Charset: api.CharsetASCII,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, Sourcefile: "beacon.src.js",
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("build beacon.src.js: line %d: %s", result.Errors[0].Location.Line, result.Errors[0].Text)
	}
	return result.Code, nil
}
