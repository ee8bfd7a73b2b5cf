// Package block reads and writes blocks of ClickHouse's Native format without looking at the values:
// it knows the types only as well as is needed to find where a column ends.
//
// The engine speaks revision 0: no block info, and no mark of a custom serialisation before each
// column. Clients of the native protocol, and of Native over HTTP, speak a later one. The columns
// themselves are the same, so that their bytes are passed on as they are.
//
// Contract: Read takes any input. It fails on broken blocks and on types whose length cannot be told
// (aggregate function states), and takes no more memory than the input is long, times two.
package block

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Revisions of the protocol in which the shape of a block changed.
const (
	withBlockInfo           = 1
	withCustomSerialization = 54454
)

// maxCount bounds rows, columns and array elements.
const maxCount = 1 << 31

// Block is a block of rows.
type Block struct {
	Rows    int
	Columns []Column
}

// Column is one column of a block.
type Column struct {
	Name, Type string
	Data       []byte // state prefix and values as they are on the wire; empty without rows
}

// Source is what blocks are read from.
type Source interface {
	io.Reader
	io.ByteReader
}

// Read reads a block of that revision. It is io.EOF when the input ends before the block begins.
func Read(in Source, revision int) (Block, error) {
	r := &reader{in: in}
	b, err := r.block(revision)
	if err != nil && r.total > 0 && errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read block: %w", err)
	}
	return b, err
}

func (r *reader) block(revision int) (b Block, err error) {
	if revision >= withBlockInfo {
		if err := r.info(); err != nil {
			return b, err
		}
	}
	columns, err := r.count()
	if err != nil {
		return b, err
	}
	if b.Rows, err = r.count(); err != nil {
		return b, err
	}
	for range columns {
		c, err := r.column(b.Rows, revision)
		if err != nil {
			return b, err
		}
		b.Columns = append(b.Columns, c)
	}
	return b, nil
}

// info skips what only distributed queries need.
func (r *reader) info() error {
	for {
		field, err := r.uvarint()
		if err != nil {
			return err
		}
		switch field {
		case 0:
			return nil
		case 1: // is_overflows
			err = r.skip(1)
		case 2: // bucket_num
			err = r.skip(4)
		default:
			err = fmt.Errorf("unknown field %d of the block info", field)
		}
		if err != nil {
			return err
		}
	}
}

func (r *reader) column(rows, revision int) (c Column, err error) {
	if c.Name, err = r.text(); err != nil {
		return c, err
	}
	if c.Type, err = r.text(); err != nil {
		return c, err
	}
	if revision >= withCustomSerialization {
		custom, err := r.byte()
		if err != nil {
			return c, err
		}
		if custom != 0 {
			return c, fmt.Errorf("column %q has a custom serialisation", c.Name)
		}
	}
	if rows == 0 {
		return c, nil
	}
	t, err := parse(c.Type)
	if err != nil {
		return c, fmt.Errorf("column %q: %w", c.Name, err)
	}
	r.out = nil
	r.keep = true
	defer func() { r.keep = false }()
	if err := t.prefix(r); err != nil {
		return c, fmt.Errorf("column %q of type %s: %w", c.Name, c.Type, err)
	}
	if err := t.values(r, rows); err != nil {
		return c, fmt.Errorf("column %q of type %s: %w", c.Name, c.Type, err)
	}
	c.Data, r.out = r.out, nil
	return c, nil
}

// Append writes the block for a revision.
func (b Block) Append(to []byte, revision int) []byte {
	if revision >= withBlockInfo {
		to = append(to, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0) // not overflows, no bucket
	}
	to = binary.AppendUvarint(to, uint64(len(b.Columns)))
	to = binary.AppendUvarint(to, uint64(b.Rows))
	for _, c := range b.Columns {
		to = appendText(to, c.Name)
		to = appendText(to, c.Type)
		if revision >= withCustomSerialization {
			to = append(to, 0)
		}
		to = append(to, c.Data...)
	}
	return to
}

// Header is the block without its rows.
func (b Block) Header() Block {
	h := Block{Columns: make([]Column, len(b.Columns))}
	for i, c := range b.Columns {
		h.Columns[i] = Column{Name: c.Name, Type: c.Type}
	}
	return h
}

func appendText(to []byte, s string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(s))), s...)
}
