// Command beaconsize prints how large the beacon is beside the trackers of others, as their npm packages
// hold them, and what each of its features costs.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/footfall-analytics/footfall/deploy/bench/minify"
	"github.com/footfall-analytics/footfall/deploy/bench/npm"
)

// source is the beacon's, seen from the module's folder.
const source = "../../pkg/beacon/beacon.src.js"

// trackers of others: a file of an npm package.
var trackers = []struct{ name, pkg, file string }{
	{"Plausible", "@plausible-analytics/tracker@0.4.6", "package/plausible.js"},
	{"OpenPanel, module without its SDK", "@openpanel/web@1.4.1", "package/dist/index.js"},
	{"OpenPanel, script", "@openpanel/web@1.4.1", "package/dist/src/tracker.global.js"},
	{"GoatCounter, loader of its script", "goatcounter-js@1.0.0", "package/dist/index.es.js"},
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "beaconsize:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return fmt.Errorf("read source: %w", err)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "script\tbytes\tgzip\tbrotli\t")
	built, err := minify.Script(text)
	if err != nil {
		return err
	}
	row(table, "Footfall", built)
	if err := others(ctx, table); err != nil {
		return err
	}
	fmt.Fprintln(table, "\t\t\t\t\nwithout\tbytes\tgzip\tbrotli\t")
	for _, f := range features {
		rest, err := f.without(string(text))
		if err != nil {
			return err
		}
		less, err := minify.Script([]byte(rest))
		if err != nil {
			return fmt.Errorf("without %s: %w", f.name, err)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t\n", f.name, len(less)-len(built), gzipped(less)-gzipped(built), brotlied(less)-brotlied(built))
	}
	return table.Flush()
}

func others(ctx context.Context, table io.Writer) error {
	for _, t := range trackers {
		folder, err := os.MkdirTemp("", "footfall-npm")
		if err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		defer os.RemoveAll(folder)
		if err := npm.Unpack(ctx, t.pkg, folder); err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, t.file))
		if err != nil {
			return fmt.Errorf("read %s of %s: %w", t.file, t.pkg, err)
		}
		row(table, t.name, content)
	}
	return nil
}

func row(table io.Writer, name string, content []byte) {
	fmt.Fprintf(table, "%s\t%d\t%d\t%d\t\n", name, len(content), gzipped(content), brotlied(content))
}

// gzipped and brotlied are the sizes on the wire, at the highest level.
func gzipped(content []byte) int {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // a level that there is
	_, _ = w.Write(content)                                 // into memory
	_ = w.Close()
	return out.Len()
}

func brotlied(content []byte) int {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	_, _ = w.Write(content) // into memory
	_ = w.Close()
	return out.Len()
}
