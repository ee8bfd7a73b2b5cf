package accesslog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const stdinName = "-"

// input is one argument of an import.
type input struct {
	name  string    // as given
	bytes int64     // as stored, so compressed for a compressed file; -1 when nobody knows
	from  io.Reader // nil for a file, which is opened when its turn comes
}

// checkInputs looks at all files before the first line is posted, so that a misspelt name costs
// nothing.
func checkInputs(names []string, stdin io.Reader) ([]input, error) {
	files, err := expand(names)
	if err != nil {
		return nil, err
	}
	inputs := make([]input, 0, len(files))
	for _, name := range files {
		if name == stdinName {
			inputs = append(inputs, input{name: "standard input", bytes: -1, from: stdin})
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("import: %w", err)
		}
		if info.IsDir() {
			return nil, fmt.Errorf("import %s: is a directory; name its log files", name)
		}
		in := input{name: name, bytes: info.Size()}
		if !info.Mode().IsRegular() {
			in.bytes = -1
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// expand replaces the globs that no file is called by, for shells that leave them alone, and for more
// files than a command line holds.
func expand(names []string) (files []string, err error) {
	if len(names) == 0 {
		return nil, errors.New("import: name at least one log file, or - for standard input")
	}
	for _, name := range names {
		if _, err := os.Lstat(name); err == nil || !strings.ContainsAny(name, "*?[") {
			files = append(files, name)
			continue
		}
		found, err := filepath.Glob(name)
		if err != nil {
			return nil, fmt.Errorf("import %q: %w", name, err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("import %q: no file matches", name)
		}
		files = append(files, found...)
	}
	return files, nil
}

// open returns the input's decompressed bytes; seen is told of every read of stored ones.
func (in input) open(seen func(n int)) (io.ReadCloser, error) {
	src := source{Closer: io.NopCloser(nil)}
	from := in.from
	if from == nil {
		file, err := os.Open(in.name)
		if err != nil {
			return nil, err
		}
		from, src.Closer = file, file
	}
	stored := bufio.NewReaderSize(&countingReader{from, seen}, 256<<10)
	unpacked, _, err := unpack(stored)
	if err != nil {
		src.Close()
		return nil, err
	}
	return source{unpacked, closers{unpacked, src.Closer}}, nil
}

type source struct {
	io.Reader
	io.Closer
}

type countingReader struct {
	from io.Reader
	seen func(n int)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.seen(n)
	return n, err
}
