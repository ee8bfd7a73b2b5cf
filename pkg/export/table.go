package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// An encoder writes rows in one format. Close writes what is left, and does not close the file.
type encoder interface {
	Write(row []cell) error
	Close() error
}

// tableWriter writes one table in all formats at once, from one pass over its rows.
type tableWriter struct {
	dir, table string
	formats    []string

	columns []column
	cells   []cell
	files   []*file
	rows    uint64
}

// file is one format's file with what counts and sums its bytes.
type file struct {
	format string
	disk   *os.File
	sum    hash.Hash
	buffer *bufio.Writer
	bytes  int64
	encoder
}

// write is where the encoder's bytes go when the buffer is full.
func (f *file) write(p []byte) (int, error) {
	n, err := f.disk.Write(p)
	f.sum.Write(p[:n])
	f.bytes += int64(n)
	return n, err
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// head opens the files.
func (t *tableWriter) head(names, types []string) error {
	t.columns = make([]column, len(names))
	t.cells = make([]cell, len(names))
	for i := range names {
		c, err := parseColumn(names[i], types[i])
		if err != nil {
			return err
		}
		t.columns[i] = c
	}
	for _, format := range t.formats {
		if err := t.open(format); err != nil {
			return err
		}
	}
	return nil
}

func (t *tableWriter) open(format string) error {
	disk, err := os.Create(filepath.Join(t.dir, t.table+"."+format))
	if err != nil {
		return fmt.Errorf("create file: %w", err)
	}
	f := &file{format: format, disk: disk, sum: sha256.New()}
	t.files = append(t.files, f)
	f.buffer = bufio.NewWriterSize(writerFunc(f.write), 1<<18)
	f.encoder, err = newEncoder(format, f.buffer, t.table, t.columns)
	return err
}

func newEncoder(format string, w io.Writer, table string, columns []column) (encoder, error) {
	if format == Parquet {
		return newParquetWriter(w, table, columns), nil
	}
	return newCSVWriter(w, columns)
}

// row writes one row into all files.
func (t *tableWriter) row(values []any) error {
	for i := range t.columns {
		c, err := t.columns[i].cell(values[i])
		if err != nil {
			return err
		}
		t.cells[i] = c
	}
	for _, f := range t.files {
		if err := f.Write(t.cells); err != nil {
			return fmt.Errorf("write %s: %w", f.format, err)
		}
	}
	t.rows++
	return nil
}

// close brings the files to the disk unless they are to be thrown away because of err, and closes
// them in any case.
func (t *tableWriter) close(err error) (map[string]manifestFile, error) {
	if err == nil && t.columns == nil {
		err = errors.New("the report has no columns")
	}
	files := map[string]manifestFile{}
	for _, f := range t.files {
		if err == nil {
			err = f.finish()
		}
		err = errors.Join(err, f.disk.Close())
		files[f.format] = manifestFile{Name: filepath.Base(f.disk.Name()), Bytes: f.bytes, SHA256: hex.EncodeToString(f.sum.Sum(nil))}
	}
	return files, err
}

func (f *file) finish() error {
	if err := f.Close(); err != nil {
		return fmt.Errorf("end %s: %w", f.format, err)
	}
	if err := f.buffer.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", f.format, err)
	}
	if err := f.disk.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", f.format, err)
	}
	return nil
}
