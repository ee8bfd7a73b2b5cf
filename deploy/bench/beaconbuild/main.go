// Command beaconbuild builds beacon.js from beacon.src.js, in the folder given as its argument, and
// writes beacon.sum, which says what was built from what.
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"github.com/footfall-analytics/footfall/deploy/bench/minify"
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
	built, err := minify.Script(source)
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
